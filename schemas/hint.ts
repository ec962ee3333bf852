import * as z from 'zod';
import { count, lang, stepRef } from './parts.ts';

/** The document of `workshop hint --json`. */
export const hint = z.strictObject({
  schema: z.literal('ebpf-workshop/hint/1'),
  ...stepRef,
  lang,
  level: count,
  of: count,
  text: z.string().describe('Markdown, with the values of the lab that is up'),
});
