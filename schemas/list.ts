import * as z from 'zod';
import { both, stepState } from './parts.ts';

/** The document of `workshop list --json`. */
export const list = z.strictObject({
  schema: z.literal('ebpf-workshop/list/1'),
  lessons: z.array(
    z.strictObject({
      id: z.string(),
      minutes: z.number(),
      needs: z.array(z.string()).describe('tools'),
      title: both,
      summary: both,
      steps: z.array(
        z.strictObject({
          id: z.string(),
          kind: z.enum(['command', 'script', 'repair', 'question']),
          title: both,
          state: stepState,
        }),
      ),
    }),
  ),
});
