import * as z from 'zod';

/** The document of `workshop down --json`. */
export const down = z.strictObject({
  schema: z.literal('ebpf-workshop/down/1'),
  removed: z.array(z.string()).describe('labs, clusters, the context of a part that is gone, a mount that nobody held'),
  orphans: z.array(z.string()).describe('labs of those whose session had ended without them'),
  kept: z
    .array(z.string())
    .describe('what belongs to a session that is open, and the namespace of a toolbox that others use'),
  setAside: z.array(z.string()).describe('records that could not be read'),
});
