import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { ensureScript, replaceScript, resetScript, scriptFile } from '../../runner/journal/scripts.ts';
import { names, noDisk, state } from './state.ts';

const at = ['04-pairing', 'by-call-site'] as const;
const file = () => scriptFile(...at);
const text = (path = file()) => readFileSync(path, 'utf8');
const mine = (words: string) => writeFileSync(file(), words);

describe('a learner’s script', () => {
  it('lies in the state, one a step, and begins as the starter', () => {
    expect(file()).toBe(state('scripts/04-pairing/by-call-site.bt'));
    expect(existsSync(file())).toBe(false);
    expect(ensureScript(...at, 'starter\n')).toBe(file());
    expect(text()).toBe('starter\n');
    ensureScript('04-pairing', 'how-old', 'other');
    expect(text()).toBe('starter\n');
  });
  it('is never overwritten', () => {
    ensureScript(...at, 'starter');
    for (const words of ['mine', '']) {
      mine(words);
      ensureScript(...at, 'newer starter');
      expect(text()).toBe(words);
    }
  });

  it('is set aside when another takes its place', () => {
    ensureScript(...at, 'starter');
    mine('mine');
    const aside = replaceScript(...at, 'finished');
    expect(text()).toBe('finished');
    expect(text(aside as string)).toBe('mine');
    expect(aside).toMatch(/by-call-site\.\d+\.bt$/);
  });
  it('is not set aside for its own like, nor where none is', () => {
    expect(replaceScript(...at, 'finished')).toBeNull();
    expect(replaceScript(...at, 'finished')).toBeNull();
    expect(names('scripts/04-pairing')).toEqual(['by-call-site.bt']);
  });
  it('a reset sets it aside, and the next one begins anew', () => {
    expect(resetScript(...at)).toBeNull();
    ensureScript(...at, 'starter');
    mine('mine');
    const aside = resetScript(...at) as string;
    expect(existsSync(file())).toBe(false);
    expect(text(aside)).toBe('mine');
    ensureScript(...at, 'starter');
    expect(text()).toBe('starter');
    expect(resetScript(...at, 'starter')).toBeNull();
    expect(text()).toBe('starter');
  });
  it('set aside often at one time is kept each time', () => {
    vi.setSystemTime(1000);
    ensureScript(...at, 'starter');
    const all = ['a', 'b', 'c', 'd'].map((words) => {
      mine(words);
      return text(replaceScript(...at, 'starter') as string);
    });
    expect(all).toEqual(['a', 'b', 'c', 'd']);
    expect(
      names('scripts/04-pairing')
        .map((n) => text(state(`scripts/04-pairing/${n}`)))
        .sort(),
    ).toEqual(['a', 'b', 'c', 'd', 'starter']);
  });
  it('on a disk that takes nothing is said plainly', () => {
    noDisk();
    for (const write of [() => ensureScript(...at, ''), () => replaceScript(...at, '')])
      expect(write).toThrow(expect.objectContaining({ errorName: 'session.disk' }));
  });
});
