import * as z from 'zod';

/** The document of `workshop lint --json`. */
export const lint = z.strictObject({
  schema: z.literal('ebpf-workshop/lint/1'),
  ok: z.boolean(),
  mistakes: z.array(z.strictObject({ file: z.string(), line: z.int(), text: z.string() })),
});
