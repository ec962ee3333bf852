import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allocations, ledgerWhen, readLedger } from '../../runner/environments/ledger.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-ledger-'));
  file = join(dir, 'ledger');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const READY = 'ready health=8080 metrics=9090\n';
const plus = (n: number) => `+ ${n} 0x7f${n} 1048576\n`;
const minus = (n: number) => `- ${n} 0x7f${n} 1048576\n`;

describe('a ledger', () => {
  it('that is not there, or is empty, says nothing', () => {
    const nothing = { ready: null, allocations: 0, frees: 0, outstandingBytes: 0, stopped: false };
    expect(readLedger(file)).toEqual(nothing);
    writeFileSync(file, '');
    expect(readLedger(file)).toEqual(nothing);
  });

  it('adds up what was taken and given back', () => {
    writeFileSync(file, `${READY}${plus(1)}${plus(2)}${minus(1)}stop\n`);
    expect(readLedger(file)).toEqual({
      ready: { health: '8080', metrics: '9090' },
      allocations: 2,
      frees: 1,
      outstandingBytes: 1048576,
      stopped: true,
    });
  });

  it('counts no line before its newline is there, at any length of it', () => {
    const torn = plus(2);
    for (let n = 0; n < torn.length; n++) {
      writeFileSync(file, READY + plus(1) + torn.slice(0, n));
      expect(readLedger(file), JSON.stringify(torn.slice(0, n))).toMatchObject({
        allocations: 1,
        outstandingBytes: 1048576,
      });
    }
    writeFileSync(file, READY.slice(0, -1));
    expect(readLedger(file).ready).toBeNull();
  });

  it('passes over lines that it does not know', () => {
    writeFileSync(file, `${READY}\n? what\n${plus(1)}`);
    expect(readLedger(file)).toMatchObject({ allocations: 1 });
  });
});

describe('waiting for a ledger', () => {
  const living = () => true;

  it('ends with the line that fulfils it, however it is written', async () => {
    writeFileSync(file, READY);
    const three = allocations(file, 3, living);
    for (const piece of [plus(1), plus(2).slice(0, 5), plus(2).slice(5), plus(3)]) {
      await new Promise((r) => setTimeout(r, 5));
      appendFileSync(file, piece);
    }
    await three;
    expect(readLedger(file).allocations).toBe(3);
  });

  it('begins before the file is there', async () => {
    const ready = ledgerWhen(file, (l) => l.ready !== null, living);
    writeFileSync(file, READY);
    expect(await ready).toMatchObject({ ready: { health: '8080' } });
  });

  it('is given up when the service dies', async () => {
    let there = true;
    const never = ledgerWhen(
      file,
      () => false,
      () => there,
    );
    there = false;
    await expect(never).rejects.toMatchObject({ errorName: 'lab.died' });
  });

  it('takes what a service wrote just before it died', async () => {
    writeFileSync(file, READY + plus(1));
    await expect(allocations(file, 1, () => false)).resolves.toBeUndefined();
  });

  it.each(['before', 'meanwhile'])('ends with its reason when it was aborted %s', async (when) => {
    const abort = new AbortController();
    const reason = new Error('enough');
    if (when === 'before') abort.abort(reason);
    const waiting = ledgerWhen(file, () => false, living, abort.signal);
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });
});
