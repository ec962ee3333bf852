import { closeSync, constants, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { capture, handOver } from '../../exec.ts';
import { quote } from '../../lesson/commands.ts';

/** A pane of tmux, and the screen in it. */
export interface Pane {
  write(text: string): void;
  /** Whether it is still open. */
  open(): Promise<boolean>;
  select(): Promise<void>;
  close(): Promise<void>;
}

/** Whether we are in a pane ourselves. */
export const inPane = (): boolean => Boolean(process.env.TMUX && process.env.TMUX_PANE);

/**
 * What is started by tmux is tmux's child: it is told of our end, however we end, by a look twice a second.
 * $1 is our pid, $2 what to do then; the rest is what runs. The look is no child of that: script(1) waits for all it has.
 */
const WITH_US =
  'owner=$1 then=$2; shift 2; ( (while kill -0 "$owner"; do sleep 0.5; done; eval "$then") 2>/dev/null & );';
const withUs = (then: string, how: string, argv: readonly string[]): string[] => [
  'bash',
  '-c',
  `${WITH_US} ${how}`,
  'workshop',
  String(process.pid),
  then,
  ...argv,
];

/** What leads from pane to pane: the person's own prefix, then o. */
export const otherPane = async (): Promise<string> => `${(await tmux('show-options', '-gv', 'prefix')) ?? 'C-b'} o`;

const tmux = async (...argv: string[]): Promise<string | null> => {
  const { code, text } = await capture(['tmux', ...argv]);
  return code === 0 ? text.trim() : null;
};

/** Opens a pane to the right of ours; null where there is no room, or no tmux that answers. `atOurEnd` is what else is done when it goes with us. */
export async function split(argv: readonly string[], cwd: string, atOurEnd: string): Promise<Pane | null> {
  const us = process.env.TMUX_PANE ?? '';
  const command = withUs(`${atOurEnd}; tmux kill-pane -t "$TMUX_PANE"`, 'exec "$@"', argv);
  const made = await tmux('split-window', '-h', '-t', us, '-c', cwd, '-P', '-F', '#{pane_id} #{pane_tty}', ...command);
  const [id, tty] = made?.split(' ') ?? [];
  if (!id || !tty) return null;
  return {
    write(text) {
      try {
        const screen = openSync(tty, constants.O_WRONLY | constants.O_NOCTTY);
        writeSync(screen, text);
        closeSync(screen);
      } catch {
        // It was closed meanwhile.
      }
    },
    open: async () => (await tmux('list-panes', '-a', '-F', '#{pane_id}'))?.split('\n').includes(id) ?? false,
    select: async () => void (await tmux('select-pane', '-t', id)),
    close: async () => void (await tmux('kill-pane', '-t', id)),
  };
}

/** How long a session that lost its screen may take to clear up, ms. */
const CLEARING_MS = 20_000;

/**
 * Runs a program in a tmux of its own, with settings of ours and not the person's, until it ends or its screen is left, which
 * ends it. Resolves to its exit code; null where it never began.
 */
export async function ownTmux(
  argv: readonly string[],
  {
    dir,
    env,
    signal,
    ...words
  }: { dir: string; env: Record<string, string>; signal: AbortSignal; hint: string; enter: string },
): Promise<number | null> {
  const [socket, conf, began, ended] = ['tmux', 'tmux.conf', 'began', 'ended'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
    string,
  ];
  writeFileSync(conf, settings(words.hint));
  const kill = () => void tmux('-S', socket, 'kill-server');
  // HUP is for the program, whose end is waited for; a trap, unlike ignoring it, is not inherited. What went wrong stays in sight.
  const wait = `printf '\\n%s ' ${quote(words.enter)}; read -r`;
  const how = `trap : HUP; : >${quote(began)}; "$@"; code=$?; case $code in [1-5]) ${wait} ;; esac; echo $code >${quote(ended)}`;
  const command = withUs(`tmux -S ${quote(socket)} kill-server`, how, argv);
  signal.addEventListener('abort', kill);
  try {
    await handOver(['tmux', '-u', '-S', socket, '-f', conf, 'new-session', '-s', 'workshop', ...command], {
      env: { ...env, TMUX: '', TMUX_PANE: '' },
    });
  } finally {
    signal.removeEventListener('abort', kill);
    await tmux('-S', socket, 'kill-server');
  }
  if (!existsSync(began)) return null;
  for (let waited = 0; !existsSync(ended) && waited < CLEARING_MS; waited += 50)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return existsSync(ended) ? Number(readFileSync(ended, 'utf8')) : 1;
}

const settings = (hint: string): string => `set -g mouse on
set -g status-left ''
set -g status-right ''
set -g window-status-current-format ${JSON.stringify(hint.replaceAll('#', '##'))}
set -g escape-time 50
set -g history-limit 20000
set -g default-terminal screen-256color
`;
