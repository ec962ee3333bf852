import { mkdtempSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture } from '../../exec.ts';
import { quote } from '../../lesson/commands.ts';
import { binDir } from '../../paths.ts';
import { recordings } from './marks.ts';

/**
 * In bash, of a shell that was told to hang up, `$pid`: waits until it has ended, 2 s at most, and tells the rest of its session.
 * What it was just starting it has not always told itself.
 */
const HANG_UP_REST = `for _ in {1..40}; do [ -e "/proc/$pid" ] || break; sleep 0.05; done
for stat in /proc/[0-9]*/stat; do
  line=$(<"$stat") && set -- \${line##*) } && [ "$4" = "$pid" ] && kill -HUP "$(cut -d/ -f3 <<<"$stat")"
done 2>/dev/null`;

/** A bash that script(1) records: its argv, for a terminal to start it on. */
export interface Recording {
  argv: string[];
  /** Its own folder, gone after `end`. */
  dir: string;
  /** Variables that stand in the shell from its next prompt on. */
  set(env: Record<string, string>): void;
  /** Puts lines on the shell's screen, by `write`; a prompt is drawn anew below them, with what was being typed. */
  tell(lines: readonly string[], write: (text: string) => void): Promise<void>;
  /** Hangs up: the shell and what runs in it end. script(1) takes no such signal, and bash none of the others. */
  hangUp(): void;
  /** The same as bash, for whoever is left when we are gone. */
  hangUpScript: string;
  /** Reads what is left to read, and forgets all. */
  end(): Promise<void>;
}

/** bash marks where commands begin and end with escape codes that show nothing: each command's output is handed over as it ends. */
export function recording(
  begin: { name: string; kubeconfig: string | undefined; greeting?: readonly string[] },
  onOutput: (output: string) => Promise<void>,
): Recording {
  const dir = mkdtempSync(join(tmpdir(), 'workshop-shell-'));
  const file = (name: string, text = '') => {
    const path = join(dir, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const [transcript, vars, at] = [file('transcript'), file('vars'), file('at')];
  const greeting = file('greeting', (begin.greeting ?? []).map((line) => `${line}\n`).join(''));
  const rc = file('bashrc', bashrc({ ...begin, vars, at, greeting }));
  const follower = follow(transcript, onOutput);
  let hungUp = 0;
  /** What the shell says of itself as it begins: its terminal, its pid. */
  const where = () => {
    const [tty = '', pid] = readFileSync(at, 'utf8').split(/\s/);
    return { tty, pid: Number(pid) };
  };
  return {
    dir,
    // script(1) starts what it records by the person's own shell, which may read another language.
    argv: [
      'env',
      'SHELL=/bin/bash',
      'script',
      '-q',
      '-f',
      '-c',
      `bash --noprofile --rcfile ${quote(rc)} -i`,
      transcript,
    ],
    set: (env) =>
      writeFileSync(
        vars,
        Object.entries(env)
          .map(([key, value]) => `export ${key}=${quote(value)}\n`)
          .join(''),
      ),
    async tell(lines, write) {
      const text = `${lines.join('\n').replaceAll('\n', '\r\n')}\r\n`;
      if (follower.running()) return write(`\r\n${text}`);
      write(`\r\x1b[J${text}`);
      await redraw(where().tty);
    },
    hangUp() {
      hungUp = where().pid;
      try {
        if (hungUp > 0) process.kill(hungUp, 'SIGHUP');
      } catch {
        // It has ended by itself.
      }
    },
    hangUpScript: `read -r _ pid <${quote(at)} && { kill -HUP "$pid"; ${HANG_UP_REST}; }; rm -rf ${quote(dir)}`,
    async end() {
      if (hungUp > 0) await capture(['bash', '-c', `pid=$1; ${HANG_UP_REST}`, 'rest', String(hungUp)]);
      await follower.end();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Learner's settings first, then the lab's cluster in place of theirs, then our marks around each command. */
const bashrc = (of: Record<'name' | 'vars' | 'at' | 'greeting', string> & { kubeconfig: string | undefined }): string =>
  `[ -r ~/.bashrc ] && . ~/.bashrc
${of.kubeconfig ? `export KUBECONFIG=${quote(of.kubeconfig)} PATH="$PATH:"${quote(binDir())}\nunalias kubectl 2>/dev/null\n` : ''}PS1='(${of.name.replaceAll(/[^\p{L}\p{N} -]/gu, '')}) \\w \\$ '
PS0='\\e]133;C\\a'
echo "$(tty) $$" >${quote(of.at)}
cat ${quote(of.greeting)}
workshop_vars=${quote(of.vars)}
PROMPT_COMMAND='[ -s "$workshop_vars" ] && . "$workshop_vars" && : >"$workshop_vars"; printf "\\033]133;D\\007"'
`;

/** readline draws its line anew when the screen has another size, and at no other word from outside: a row less for a moment. */
async function redraw(tty: string): Promise<void> {
  if (!tty) return;
  const resize =
    'set -- "$1" $(stty -F "$1" size) && stty -F "$1" rows $(($2 - 1)) && sleep 0.05 && stty -F "$1" rows "$2"';
  await capture(['bash', '-c', resize, 'redraw', tty]);
}

/** Reads a growing recording and hands over each command's output once it has ended, in order. */
function follow(
  file: string,
  onOutput: (output: string) => Promise<void>,
): { running(): boolean; end(): Promise<void> } {
  let seen = 0;
  let queue = Promise.resolve();
  const parser = recordings();
  const look = () => {
    const size = statSync(file).size;
    if (size <= seen) return;
    const fresh = readFileSync(file).subarray(seen);
    seen += fresh.length;
    for (const output of parser.add(fresh.toString('latin1'))) {
      queue = queue
        .then(() => onOutput(Buffer.from(output, 'latin1').toString('utf8')))
        .catch((error: Error) => void process.stderr.write(`\r\n${error.message}\r\n`));
    }
  };
  const watcher = watch(file, look);
  return {
    running: parser.running,
    async end() {
      watcher.close();
      look();
      await queue;
    },
  };
}
