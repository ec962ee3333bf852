import * as z from 'zod';
import { count } from './parts.ts';

/** The document of `workshop bundle --json`. */
export const bundle = z.strictObject({
  schema: z.literal('ebpf-workshop/bundle/1'),
  file: z.string(),
  bytes: count,
  images: z.array(z.string()),
});
