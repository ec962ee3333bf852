import type { Frame } from '../../evidence/model.ts';
import { parseFrame, siteOf } from '../../evidence/site.ts';

/** A stack as a key stands between two newlines. */
export const isStack = (key: string) => key.startsWith('\n') && key.endsWith('\n');
/** Text and JSON indent and separate differently, and differ from version to version. */
export const normal = (key: string) =>
  key
    .split('\n')
    .map((part) => part.trim())
    .join('\n')
    .replaceAll(', ', ',');
export const frames = (key: string): Frame[] => key.split('\n').filter(Boolean).map(parseFrame);
/** A key on one line; a stack in it as call sites are written. */
export function readable(key: string): string {
  if (!key.includes('\n')) return key;
  const parts = key.split('\n');
  const stack = parts.slice(1, -1).map(parseFrame);
  return `${parts[0]}${stack.length > 0 ? siteOf(stack) : ''}${parts.at(-1)}`;
}
