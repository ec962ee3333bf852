// Prometheus and Alertmanager as processes, with the files that a cluster runs: at a pace for tests, and with others' addresses.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitoring, program } from './programs.ts';
import { freePort } from '../../../runner/shipped/service.ts';
import { MAILER } from './receivers.ts';

const read = (file: string) => readFileSync(join(monitoring, file), 'utf8');

/** `text` with each change made, every one of which there must be something to make. */
function changed(text: string, changes: [RegExp, string | ((all: string, ...groups: string[]) => string)][]): string {
  return changes.reduce((before, [from, to]) => {
    const after = before.replace(from, to as string);
    if (after === before) throw new Error(`nothing to change: ${from}`);
    return after;
  }, text);
}

/** Thirty times as fast: two minutes are four seconds. */
const fast = (text: string) =>
  changed(text, [[/(for: |\[)(\d+)m/g, (_, before, minutes) => `${before}${Number(minutes) * 2}s`]]);

interface Running {
  url: string;
  /** What it printed, the last of it. */
  said(): string;
  end(): Promise<void>;
}

export interface Addresses {
  slack: string;
  teams: string;
  mail: number;
}

/** Alertmanager with one language's words; `other` makes a mutant of one of its files. */
export async function alertmanager(
  lang: 'en' | 'ko',
  to: Addresses,
  other: (text: string) => string = (text) => text,
): Promise<Running> {
  const dir = folder();
  const config = changed(read('alertmanager/alertmanager.yml'), [
    [/smtp\.example\.com:587/, `127.0.0.1:${to.mail}`],
    // There is no certificate that Alertmanager would trust for this address.
    [/smtp_require_tls: true/, 'smtp_require_tls: false'],
    [/group_wait: \d+s/g, 'group_wait: 1s'],
    [/group_interval: 5m/, 'group_interval: 3s'],
  ]);
  writeFileSync(join(dir, 'alertmanager.yml'), other(config));
  writeFileSync(join(dir, 'message.tmpl'), other(read('alertmanager/message.tmpl')));
  copyFileSync(join(monitoring, `alertmanager/words/${lang}.tmpl`), join(dir, 'words.tmpl'));
  mkdirSync(join(dir, 'secrets'));
  for (const [name, secret] of [
    ['slack-url', to.slack],
    ['teams-url', to.teams],
    ['smtp-password', MAILER.password],
  ] as const)
    writeFileSync(join(dir, 'secrets', name), `${secret}${name === 'smtp-password' ? '' : '\n'}`, { mode: 0o600 });
  const port = await freePort();
  return started(dir, port, [
    program('alertmanager'),
    '--config.file=alertmanager.yml',
    '--storage.path=data',
    '--cluster.listen-address=',
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
}

/** Prometheus on these exporters, `host:port` each, telling these Alertmanagers. */
export async function prometheus(exporters: string[], alertmanagers: string[] = []): Promise<Running> {
  const dir = folder();
  writeFileSync(join(dir, 'host.yml'), changed(read('prometheus/host.yml'), [[/_interval: 15s/g, '_interval: 1s']]));
  mkdirSync(join(dir, 'rules'));
  writeFileSync(join(dir, 'rules/memleak.yml'), fast(read('prometheus/rules/memleak.yml')));
  mkdirSync(join(dir, 'targets'));
  for (const [name, targets] of Object.entries({ memleak: exporters, alertmanager: alertmanagers }))
    writeFileSync(join(dir, `targets/${name}.yml`), JSON.stringify([{ targets }]));
  const port = await freePort();
  return started(dir, port, [
    program('prometheus'),
    '--config.file=host.yml',
    '--storage.tsdb.path=data',
    `--web.listen-address=127.0.0.1:${port}`,
    '--rules.alert.resend-delay=1s',
  ]);
}

const folder = () => mkdtempSync(join(tmpdir(), 'workshop-monitoring-'));

/** A server in its folder, which goes when it ends; resolves once it is ready, at most half a minute later. */
async function started(dir: string, port: number, [file, ...args]: [string, ...string[]]): Promise<Running> {
  const child = spawn(file, args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (said = (said + chunk).slice(-20_000)));
  const orphan = () => child.kill('SIGKILL');
  process.once('exit', orphan);
  const running: Running = {
    url: `http://127.0.0.1:${port}`,
    said: () => said,
    async end() {
      process.off('exit', orphan);
      await ended(child);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    await until(`${file} is ready`, async () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${said}`);
      return (await fetch(`${running.url}/-/ready`)).ok;
    });
  } catch (error) {
    await running.end();
    throw error;
  }
  return running;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(late);
}

/** Waits for what must come; rejects with what was seen last, where it does not. */
export async function until(
  what: string,
  comes: () => boolean | Promise<boolean>,
  { seconds = 30, seen = () => '' }: { seconds?: number; seen?: () => string } = {},
): Promise<void> {
  const late = Date.now() + seconds * 1000;
  let last: unknown = '';
  while (Date.now() < late) {
    try {
      if (await comes()) return;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not within ${seconds} s: ${what}. ${last} ${seen()}`);
}
