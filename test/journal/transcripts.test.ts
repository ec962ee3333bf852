import { createHash } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KEEP, keep, kept, Spool } from '../../runner/journal/transcripts.ts';
import { names, noDisk, state } from './state.ts';

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
/** Bytes that tell where they are. */
const numbered = (size: number) =>
  Buffer.from(
    Array.from({ length: Math.ceil(size / 8) + 1 }, (_, i) => String(i).padStart(7, '0')).join('\n'),
  ).subarray(0, size);
function spool(bytes: Buffer, chunk = bytes.length): Spool {
  const s = new Spool();
  for (let at = 0; at < bytes.length; at += chunk) s.add(bytes.subarray(at, at + chunk));
  return s;
}

describe('a spool', () => {
  it('keeps a short transcript as it is', () => {
    const s = spool(Buffer.from('메모리 누수\r\n\x1b[31m\0'), 3);
    expect(s.bytes().toString()).toBe('메모리 누수\r\n\x1b[31m\0');
    expect(s.size).toBe(s.bytes().length);
    expect(new Spool().bytes()).toHaveLength(0);
    expect(new Spool().hash()).toBe(sha(Buffer.alloc(0)));
  });

  it.each([KEEP, KEEP + 1, 2 * KEEP])('keeps %i bytes whole', (size) => {
    const bytes = numbered(size);
    for (const chunk of [65536, 65521, size]) expect(spool(bytes, chunk).bytes().equals(bytes)).toBe(true);
  });

  it.each([2 * KEEP + 1, 5 * KEEP])(
    'of %i bytes keeps head and tail, says how much is left out, and hashes all',
    (size) => {
      const bytes = numbered(size);
      for (const chunk of [65536, 65521, KEEP, KEEP + 1, size]) {
        const s = spool(bytes, chunk);
        const gap = Buffer.from(`\n[… ${size - 2 * KEEP} bytes left out …]\n`);
        expect(s.bytes().equals(Buffer.concat([bytes.subarray(0, KEEP), gap, bytes.subarray(-KEEP)]))).toBe(true);
        expect([s.size, s.hash()]).toEqual([size, sha(bytes)]);
      }
    },
  );

  it('has copied what it was given', () => {
    const s = new Spool();
    const chunk = Buffer.from('abc');
    s.add(chunk);
    chunk.fill('x');
    expect(s.bytes().toString()).toBe('abc');
    expect(s.hash()).toBe(s.hash());
  });
});

describe('a transcript', () => {
  it('is kept under its hash, for the learner alone, once', () => {
    const name = keep(spool(Buffer.from('PID 12: malloc(5)\n')));
    expect(name).toBe(`${sha(Buffer.from('PID 12: malloc(5)\n')).slice(0, 32)}.txt`);
    expect(keep(spool(Buffer.from('PID 12: malloc(5)\n'), 2))).toBe(name);
    expect(names('transcripts')).toEqual([name]);
    expect(kept(name)?.toString()).toBe('PID 12: malloc(5)\n');
    expect(statSync(state(`transcripts/${name}`)).mode & 0o777).toBe(0o600);
  });
  it('that is gone is null', () => {
    expect(kept(`${'0'.repeat(32)}.txt`)).toBeNull();
  });
  it.each([
    '../session.lock',
    `../${'0'.repeat(32)}.txt`,
    '/etc/passwd',
    '',
    '.',
    `${'0'.repeat(31)}.txt`,
    `${'0'.repeat(32)}.txt\n`,
    `${'0'.repeat(32)}.txt/../x`,
    `${'G'.repeat(32)}.txt`,
  ])('no name leads elsewhere: %j', (name) => {
    keep(spool(Buffer.from('x')));
    writeFileSync(state('session.lock'), 'secret');
    expect(kept(name)).toBeNull();
  });
  it('on a disk that takes nothing is said plainly', () => {
    noDisk();
    expect(() => keep(spool(Buffer.from('x')))).toThrow(expect.objectContaining({ errorName: 'session.disk' }));
  });
});
