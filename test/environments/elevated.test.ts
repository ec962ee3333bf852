import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { carrying } from '../../runner/environments/host/proc.ts';
import { eventually } from '../e2e/world.ts';
import { bin } from '../exec/fixtures.ts';

const script = join(import.meta.dirname, '../../runner/environments/local/elevated.sh');
const MARK = `elevated-test-${process.pid}`;
const ours = () => carrying(`ELEVATED_TEST=${MARK}`);
afterEach(() => {
  for (const { pid } of ours()) process.kill(pid, 'SIGKILL');
});

interface Started {
  child: ChildProcess;
  text: () => string;
  done: Promise<number | null>;
  until(pattern: RegExp): Promise<void>;
}

function start(
  argv: string[],
  env: NodeJS.ProcessEnv = {},
  stdio: StdioOptions = 'pipe',
  owner = process.pid,
): Started {
  const child = spawn('bash', [script, String(owner), ...argv], {
    stdio,
    env: { ...process.env, ELEVATED_TEST: MARK, ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
  const done = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    child,
    text: () => text,
    done,
    until: (pattern) => eventually(`it prints ${pattern}`, () => pattern.test(text)),
  };
}

const hangs = [bin('until-interrupted')];

describe('the elevated parent', () => {
  it.each([
    [0, 'exit 0'],
    [7, 'exit 7'],
    [143, 'kill -TERM $$'],
  ])('passes exit code %i on', async (code, text) => {
    expect(await start(['sh', '-c', text]).done).toBe(code);
  });

  it('says so where there is no such program', async () => {
    const { done, text } = start([bin('nowhere')]);
    expect(await done).toBe(127);
    expect(text()).toMatch(/nowhere: No such file/);
  });

  it('hands arguments over as they are', async () => {
    const words = ['a  b', '', '*', '$HOME', "'", '-x', '두 낱말'];
    const { done, text } = start(['printf', '%s|', ...words]);
    expect(await done).toBe(0);
    expect(text()).toBe(words.map((w) => `${w}|`).join(''));
  });

  it('keeps its stdin to itself', async () => {
    const { child, done, text } = start(['sh', '-c', 'cat; echo end']);
    child.stdin?.write('not for the tool\n');
    expect(await done).toBe(0);
    expect(text()).toBe('end\n');
  });

  it.each([
    [undefined, '1'],
    ['0', '0'],
  ])('has bpftrace cache symbols unless told otherwise (%s)', async (given, seen) => {
    const { done, text } = start(['sh', '-c', 'echo "$BPFTRACE_CACHE_USER_SYMBOLS"'], {
      BPFTRACE_CACHE_USER_SYMBOLS: given,
    });
    await done;
    expect(text()).toBe(`${seen}\n`);
  });
});

describe('a tool that nobody reads any more', () => {
  it('is interrupted when stdin closes, and its exit code passes on', async () => {
    const { child, done, text, until } = start(hangs);
    await until(/ready/);
    child.stdin?.destroy();
    expect(await done).toBe(0);
    expect(text()).toBe('ready\ndetached\n');
  });

  it('is killed when it minds neither SIGINT nor SIGTERM, with what it started', async () => {
    const { child, done, text, until } = start(['sh', '-c', `sleep 600 & exec ${bin('stubborn')}`]);
    await until(/ready/);
    child.stdin?.destroy();
    expect(await done).toBe(137);
    expect(text()).toMatch(/ready \d+\ngot INT\n.*got TERM\n/s);
    await eventually('nothing is left', () => ours().length === 0);
  });

  it('is interrupted when the parent itself was killed with -9 together with the runner', async () => {
    const { child, text, until } = start(hangs);
    await until(/ready/);
    child.kill('SIGKILL');
    child.stdin?.destroy();
    await eventually('the tool detaches', () => /detached/.test(text()));
    await eventually('nothing is left', () => ours().length === 0);
  });

  it('is interrupted when the runner is gone, where stdin is no pipe', async () => {
    const runner = spawn('sleep', ['600']);
    const { done, text, until } = start(hangs, {}, ['ignore', 'pipe', 'pipe'], runner.pid);
    await until(/ready/);
    runner.kill();
    expect(await done).toBe(0);
    expect(text()).toBe('ready\ndetached\n');
  });
});

describe('a signal to the elevated parent', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s interrupts the tool, once', async (signal) => {
    const { child, done, text, until } = start(hangs);
    await until(/ready/);
    child.kill(signal);
    expect(await done).toBe(0);
    expect(text()).toBe('ready\ndetached\n');
  });
});

it('passes the tool’s own code on, however soon a signal ends it', async () => {
  const tool = ['bash', '-c', 'trap "exit 7" INT; echo ready; while :; do :; done'];
  const codes = Array.from({ length: 20 }, async () => {
    const { child, done, until } = start(tool);
    await until(/ready/);
    child.kill('SIGINT');
    return done;
  });
  expect(new Set(await Promise.all(codes))).toEqual(new Set([7]));
});

it('leaves nothing running once the tool has ended', async () => {
  const { done } = start(['true']);
  await done;
  await eventually('its watcher is gone', () => ours().length === 0);
});
