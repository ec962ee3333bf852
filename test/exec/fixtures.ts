import { join } from 'node:path';
import { vi } from 'vitest';
import type { Running } from '../../runner/model/place.ts';

/** A program of test/fixtures/bin. */
export const bin = (name: string): string => join(import.meta.dirname, '../fixtures/bin', name);

/** Reads all of it as text. */
export async function textOf(running: Running): Promise<string> {
  let text = '';
  for await (const chunk of running.output) text += String(chunk);
  return text;
}

/** Starts reading; `until` resolves once what was read matches, `rest` with all of it at the end. */
export function reading(running: Running): { until(pattern: RegExp): Promise<string>; rest: Promise<string> } {
  let text = '';
  const waiting = new Set<() => void>();
  const rest = new Promise<string>((resolve) => running.output.on('end', () => resolve(text)));
  running.output.on('data', (chunk) => {
    text += String(chunk);
    for (const look of waiting) look();
  });
  return {
    rest,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(text)) return;
          waiting.delete(look);
          resolve(text);
        };
        waiting.add(look);
        look();
        void rest.then(() => reject(new Error(`ended without ${pattern}: ${text}`)));
      }),
  };
}

/** Makes this process take itself for this user's, until mocks are restored. */
export const asUser = (uid: number): void =>
  void vi.spyOn(process as unknown as { getuid(): number }, 'getuid').mockReturnValue(uid);
