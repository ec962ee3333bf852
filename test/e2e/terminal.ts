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
  /** What is in sight. */
  window(): string;
  /** The bytes as they came. */
  raw(): string;
  /** Resolves once the screen, from where the last `sees` ended, matches. */
  sees(pattern: RegExp): Promise<void>;
  exit: Promise<{ exitCode: number; signal?: number | undefined }>;
  /** The window is closed: the terminal hangs up. */
  close(): void;
}

const PATIENCE_MS = 90_000;
const SIZE = { cols: 80, rows: 50 };

/** Opens a terminal, of 80 × 50 where nothing else is said, that runs the workshop in a world. */
export function terminal(world: World, args: string[], env: NodeJS.ProcessEnv = {}, size = SIZE): Terminal {
  return terminalOf(world, [process.execPath, join(world.checkout, 'bin/workshop.mjs'), ...args], env, size);
}

/** The same for any program. */
export function terminalOf(world: World, argv: string[], env: NodeJS.ProcessEnv = {}, size = SIZE): Terminal {
  const emulator = new xterm.Terminal({ ...size, scrollback: 20_000, allowProposedApi: true });
  const [program = '', ...args] = world.argv(argv);
  const pty = spawn(program, args, {
    name: 'xterm-256color',
    ...size,
    cwd: world.checkout,
    env: { ...world.env, TERM: 'xterm-256color', ...env } as Record<string, string>,
  });
  const waiting = new Set<() => void>();
  let raw = '';
  let seenTo = 0;
  let over: { exitCode: number; signal?: number | undefined } | null = null;
  // A text longer than the screen comes a page at a time: a reader goes on, once for each.
  const PAGE = /\d+(?: of \d+ lines · space: next|줄 중 \d+줄 · 스페이스: 다음)[^\n]*$/;
  let paged = '';
  const look = () => {
    const text = screen();
    const page = PAGE.exec(text);
    if (page && paged !== `${page.index} ${page[0]}`) {
      paged = `${page.index} ${page[0]}`;
      pty.write(' ');
    }
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
  const screen = () => {
    const { active } = emulator.buffer;
    const lines: string[] = [];
    for (let i = 0; i < active.length; i++) lines.push(active.getLine(i)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  };
  return {
    pid: pty.pid,
    type: (keys) => pty.write(keys),
    screen,
    window: () => screen().split('\n').slice(emulator.buffer.active.baseY).join('\n'),
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
