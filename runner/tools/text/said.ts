import type { Place } from '../../model/place.ts';

/** More than any program says of its version. */
const MAX_TEXT = 4096;

/** What a program says of itself, stdout and stderr together. */
export async function said(place: Place, ...argv: string[]): Promise<string> {
  let text = '';
  for await (const chunk of place.exec(argv, { timeoutMs: 10_000 }).output)
    text = (text + String(chunk)).slice(0, MAX_TEXT);
  return text;
}
