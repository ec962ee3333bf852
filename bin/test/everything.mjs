// All parts that this machine can prove: lanes side by side, each line with the name of its part, and a sum.
import { join } from 'node:path';
import { exitCode, interrupted, programs } from '../programs.mjs';
import { planned } from './parts.mjs';
import {
  failedOfVerify,
  failedOfVitest,
  fromVerify,
  fromVitest,
  line,
  oneFailed,
  retriedOfVerify,
  retriedOfVitest,
  sum,
} from './tally.mjs';
import { reporting } from './vitest.mjs';

const A_MINUTE_MS = 60_000;
/** For root alone: an ordinary user's tests would be other tests as root. */
const OWN_MOUNTS = ['unshare', '--mount', '--propagation', 'private'];
const mayMount = process.getuid?.() === 0;
/** A little: its own tests have limits of time, too. */
const GIVING_WAY = ['nice', '-n', '5'];

/** Resolves to the exit code. `dir` is for reports; `options` go to each command of the workshop. */
export async function everything(root, dir, options) {
  const $ = programs(root);
  const plan = await planned({ $, env: process.env, mayMount });
  announce(plan);
  const node = process.execPath;
  const attended = programs(root, { stdio: 'inherit' });
  const ready = exitCode(await attended`${node} bin/workshop.mjs doctor --install --for tests ${options}`);
  if (interrupted.aborted) return ready;

  // A machine that a test has made tries the first commands alone, and need not be told twice what it lacks.
  const monitoring =
    ready !== 0 || process.env.WORKSHOP_TEST === 'inside'
      ? 0
      : exitCode(await attended`${node} bin/workshop.mjs doctor --install --for monitoring ${options}`);
  if (interrupted.aborted) return monitoring;

  const results = [
    ['doctor', ready],
    ['monitoring', monitoring],
  ]
    .filter(([, code]) => code !== 0)
    .map(([name]) => ({ name, seconds: 0, ...oneFailed }));
  const began = new Map();
  const failures = [];
  const retries = [];
  const beat = setInterval(() => {
    const now = [...began].map(([name, at]) => `${name} for ${seconds(at)} s`);
    out(`${column('…')}| ${now.join(', ')}`);
  }, A_MINUTE_MS);
  await Promise.all(plan.lanes.map(turns));
  clearInterval(beat);
  if (interrupted.aborted) return exitCode({});

  const total = sum(results);
  const rows = results.map((row) => `${column(row.name)} ${String(row.seconds).padStart(5)} s  ${line(row)}`);
  // Whoever has the end of the output alone has what matters.
  const named = [
    ...(retries.length > 0 ? ['', 'Tried again:', ...byPart(retries)] : []),
    ...(failures.length > 0 ? ['', 'Failed:', ...byPart(failures)] : []),
  ];
  out([...named, '', ...rows, line(total)].join('\n'));
  return total.failed === 0 ? 0 : total.failed === 1 && ready !== 0 ? ready : 1;

  async function turns([, parts]) {
    for (const part of parts) {
      // Doctor has said why; lessons would only say so again.
      if (part.verify && ready !== 0) continue;
      if (interrupted.aborted) return;
      const at = Date.now();
      began.set(part.name, at);
      const tally = await one(part);
      began.delete(part.name);
      results.push({ name: part.name, seconds: seconds(at), ...tally });
    }
  }

  async function one({ name, vitest, verify, givesWay, ownMounts }) {
    const before = [...(givesWay ? GIVING_WAY : []), ...(ownMounts && mayMount ? OWN_MOUNTS : [])];
    const report = join(dir, `${name}.json`);
    const running = vitest
      ? $`${before} ${reporting(report)} ${vitest} 2>&1`
      : $`${before} ${node} bin/workshop.mjs verify --env ${verify} --pace fast --require-all --retry --json ${options} 2>&1 >${report}`;
    for await (const text of running) out(`${column(name)}| ${text}`);
    const code = exitCode(await running);
    for (const text of vitest ? failedOfVitest(report) : failedOfVerify(report))
      failures.push(`${column(name)} ${text}`);
    for (const text of vitest ? retriedOfVitest(report) : retriedOfVerify(report))
      retries.push(`${column(name)} ${text}`);
    return vitest ? fromVitest(report, code) : fromVerify(report, code);
  }
}

function announce({ lanes, without }) {
  out(`Side by side, those of a lane one after another (${lanes.map(([lane]) => lane).join(', ')}):`);
  for (const [lane, parts] of lanes)
    for (const { name, proves } of parts) out(`  ${column(lane)} ${column(name)} ${proves}`);
  if (without.length > 0) out('Left out:');
  for (const { part, why } of without) out(`  ${column(part.name)} ${part.proves}. ${why}`);
}

const out = (text) => process.stdout.write(`${text}\n`);
/** Whichever part was done first. */
const byPart = (lines) => [...lines].sort((a, b) => a.slice(0, 9).localeCompare(b.slice(0, 9)));
const column = (name) => name.padEnd(9);
const seconds = (since) => Math.round((Date.now() - since) / 1000);
