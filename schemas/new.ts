import * as z from 'zod';

/** The document of `workshop new --json`. */
export const created = z.strictObject({
  schema: z.literal('ebpf-workshop/new/1'),
  lesson: z.string(),
  files: z.array(z.string()).describe('made'),
  changed: z.array(z.string()).describe('that were there, and link it now'),
  next: z.array(z.string()).describe('commands, in their order'),
});
