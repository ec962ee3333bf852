import * as z from 'zod';
import { env } from './parts.ts';

/** The document of `workshop doctor --json`. */
export const doctor = z.strictObject({
  schema: z.literal('ebpf-workshop/doctor/1'),
  ok: z.boolean(),
  environment: env,
  platform: z.string(),
  tools: z.record(z.string(), z.string().nullable()).describe('versions; null: not tried, or not found'),
  findings: z.array(
    z.strictObject({
      id: z.string(),
      state: z.enum(['ok', 'missing', 'wrong', 'note']),
      seen: z.string(),
      fix: z.strictObject({ argv: z.array(z.string()), elevated: z.boolean() }).nullable(),
    }),
  ),
});
