import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { spawn } from '../../runner/exec.ts';
import { alive, startTimeOf } from '../../runner/process.ts';
import { eventually } from '../e2e/world.ts';
import { bin, reading, textOf } from './fixtures.ts';

const MIB = 1024 * 1024;

const scratch = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'workshop-exec-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};

it('joins stdout and stderr in the order they came', async () => {
  const turns = join(scratch(), 'turns');
  const running = spawn([
    'sh',
    '-c',
    'for i in 1 3 5; do echo $i; until [ -e "$1$i" ]; do sleep 0.01; done; echo $((i + 1)) >&2; until [ -e "$1$((i + 1))" ]; do sleep 0.01; done; done',
    'sh',
    turns,
  ]);
  let text = '';
  for await (const chunk of running.output) {
    text += String(chunk);
    // Each line is written once the one before was read.
    writeFileSync(`${turns}${text.length / 2}`, '');
  }
  expect(text).toBe('1\n2\n3\n4\n5\n6\n');
});

it('joins them at the ends of lines, however they were written', async () => {
  const running = spawn([
    'sh',
    '-c',
    'printf "ls: " >&2; sleep 0.1; echo 6.1.0; sleep 0.1; printf "no such file\\n" >&2; printf "a last"; sleep 0.1; printf "word" >&2',
  ]);
  const text = await textOf(running);
  expect(text.split('\n').slice(0, 2)).toEqual(['6.1.0', 'ls: no such file']);
  expect(text.split('\n')[2]).toMatch(/^(?:a lastword|worda last)$/);
});

it('keeps what a program that left an orphan printed without an end', async () => {
  const running = spawn(['sh', '-c', 'sleep 60 & echo "orphan $!"; printf "no end"']);
  const text = await textOf(running);
  expect(text).toMatch(/^orphan \d+\nno end$/);
  process.kill(Number(/\d+/.exec(text)?.[0]));
});

it('passes on a long line in pieces', async () => {
  const running = spawn(['sh', '-c', 'head -c 200000 /dev/zero; sleep 60']);
  let bytes = 0;
  for await (const chunk of running.output) if ((bytes += (chunk as Buffer).length) > 100_000) break;
  await running.stop();
  expect(bytes).toBeGreaterThan(100_000);
});

describe('output', () => {
  it('of 100 MB waits for a slow reader in bounded memory', async () => {
    const running = spawn([bin('flood')]);
    const before = process.memoryUsage().rss;
    let total = 0;
    let queued = 0;
    let peak = 0;
    for await (const chunk of running.output) {
      total += (chunk as Buffer).length;
      queued = Math.max(queued, running.output.readableLength);
      peak = Math.max(peak, process.memoryUsage().rss);
      await setImmediate();
    }
    expect(total).toBe(100 * MIB);
    expect(queued).toBeLessThan(MIB);
    expect((peak - before) / MIB).toBeLessThan(100);
    expect(await running.ended).toMatchObject({ code: 0, signal: null });
  });

  it('is whole for a reader who begins long after the end', async () => {
    const running = spawn(['sh', '-c', 'head -c 200000 /dev/zero']);
    const total = async () => {
      let n = 0;
      for await (const chunk of running.output) {
        n += (chunk as Buffer).length;
        await setTimeout(150);
      }
      return n;
    };
    await setTimeout(700);
    expect(await total()).toBe(200_000);
    expect(await running.ended).toMatchObject({ code: 0 });
  });

  it.each([
    ['is silent', 'sleep 60'],
    ['goes on printing', 'while :; do echo more; sleep 0.02; done'],
  ])('ends though an orphan that %s holds it', async (_, orphan) => {
    const running = spawn(['sh', '-c', `(${orphan}) 2>/dev/null & echo "orphan $!"; exit 3`]);
    const text = await textOf(running);
    expect(await running.ended).toMatchObject({ code: 3, signal: null });
    const pid = Number(/orphan (\d+)/.exec(text)?.[1]);
    const startTime = startTimeOf(pid);
    onTestFinished(() => {
      if (startTime !== null && alive({ pid, startTime })) process.kill(pid, 'SIGKILL');
    });
  });
});

describe('stdin', () => {
  it('stays open while the program runs', async () => {
    const running = spawn(['sh', '-c', 'echo ready; exec cat']);
    const { until, rest } = reading(running);
    await until(/ready/);
    await running.stop();
    expect(await rest).toBe('ready\n');
    expect(await running.ended).toMatchObject({ code: null, signal: 'SIGINT' });
  });

  it('closes when the program ends, so that a child which outlived it knows', async () => {
    const told = join(scratch(), 'told');
    // The shell would give it /dev/null: <&0 keeps our pipe.
    const running = spawn(['sh', '-c', '{ cat; touch "$1"; } <&0 >/dev/null 2>&1 & exit 0', 'sh', told]);
    await running.ended;
    await eventually('the orphan saw the end of its input', () => existsSync(told));
  });
});
