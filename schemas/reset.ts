import * as z from 'zod';

/** The document of `workshop reset --json`. */
export const reset = z.strictObject({
  schema: z.literal('ebpf-workshop/reset/1'),
  steps: z.array(z.string()).describe('lesson/step'),
  kept: z.array(z.string()).describe("where the learner's scripts were set aside"),
});
