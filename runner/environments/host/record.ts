import * as z from 'zod';
import { alive } from '../../process.ts';
import { common, labStore, processSchema } from '../lab-records.ts';

/** A lab on this host. `down` and the next start read nothing else. */
const schema = z.strictObject({
  ...common,
  environment: z.literal('host'),
  /** What a process of this lab carries in its environment. */
  marker: z.string(),
  target: z.strictObject({ ...processSchema.shape, healthPort: z.int(), metricsPort: z.int() }).nullable(),
  libc: z.literal('system').optional(),
});

export type HostRecord = Readonly<z.infer<typeof schema>>;

export const hostLabs = labStore<HostRecord>('host', schema);

/** Whether it was left behind: its session is gone, its service is, or who was to start it. */
export function isOrphan({ lifetime, owner, target }: HostRecord): boolean {
  if (lifetime === 'session' || target === null) return !alive(owner);
  return !alive(target);
}
