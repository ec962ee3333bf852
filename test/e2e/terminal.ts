import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { join } from 'node:path';
import type { World } from './world.ts';

/** A person at a terminal: what they see is the screen of a real emulator, what they type goes to a real tty. */
export interface Terminal {
  pid: number;
  type(keys: string): void;
  /** Everything that is or was on the screen, line by line. */
  screen(): string;
  /** What is on it now, and no more. */
  view(): string;
  /** The bytes as they came. */
  raw(): string;
  /** Resolves once the screen, from where the last `sees` ended, matches. */
  sees(pattern: RegExp): Promise<void>;
  exit: Promise<{ exitCode: number; signal?: number | undefined }>;
  /** The window is closed: the terminal hangs up. */
  close(): void;
}

const PATIENCE_MS = 90_000;

/** Opens a terminal of 80 × 50, or so many columns, that runs the workshop in a world. */
export function terminal(world: World, args: string[], env: NodeJS.ProcessEnv = {}, cols = 80): Terminal {
  return terminalOf(world, [process.execPath, join(world.checkout, 'bin/workshop.mjs'), ...args], env, cols);
}

/** The same for any program. */
export function terminalOf(world: World, argv: string[], env: NodeJS.ProcessEnv = {}, cols = 80): Terminal {
  const emulator = new xterm.Terminal({ cols, rows: 50, scrollback: 20_000, allowProposedApi: true });
  const [program = '', ...args] = world.argv(argv);
  const pty = spawn(program, args, {
    name: 'xterm-256color',
    cols,
    rows: 50,
    cwd: world.checkout,
    env: { ...world.env, TERM: 'xterm-256color', ...env } as Record<string, string>,
  });
  const waiting = new Set<() => void>();
  let raw = '';
  let seenTo = 0;
  let over: { exitCode: number; signal?: number | undefined } | null = null;
  const look = () => {
    for (const w of waiting) w();
  };
  pty.onData((data) => {
    raw += data;
    emulator.write(data, look);
  });
  const exit = new Promise<{ exitCode: number; signal?: number | undefined }>((resolve) =>
    pty.onExit((e) => {
      over = e;
      emulator.write('', look);
      resolve(e);
    }),
  );
  const screen = (from = 0) => {
    const { active } = emulator.buffer;
    const lines: string[] = [];
    for (let i = from; i < active.length; i++) lines.push(active.getLine(i)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  };
  return {
    pid: pty.pid,
    type: (keys) => pty.write(keys),
    screen: () => screen(),
    view: () => screen(emulator.buffer.active.baseY),
    raw: () => raw,
    sees: (pattern) =>
      new Promise((resolve, reject) => {
        const fail = (why: string) => {
          finish();
          reject(
            new Error(
              `${why}: ${pattern}\n${'─'.repeat(80)}\n${screen().split('\n').slice(-60).join('\n')}\n${'─'.repeat(80)}\n${JSON.stringify(raw.slice(-400))}`,
            ),
          );
        };
        const w = () => {
          const text = screen();
          const found = pattern.exec(text.slice(seenTo));
          if (found) {
            seenTo += found.index + found[0].length;
            finish();
            resolve();
          } else if (over) fail('the program ended before the screen showed');
        };
        const timer = setTimeout(() => fail('the screen never showed'), PATIENCE_MS);
        const finish = () => {
          clearTimeout(timer);
          waiting.delete(w);
        };
        waiting.add(w);
        w();
      }),
    exit,
    close: () => pty.kill('SIGHUP'),
  };
}
