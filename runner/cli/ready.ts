import { join } from 'node:path';
import type { Environment, Opening } from '../model/environment.ts';
import { isRoot, sudoPath } from '../environments/local/place.ts';
import { privilege } from '../environments/host/features.ts';
import { assertWritable } from '../disk.ts';
import { WorkshopError } from '../errors.ts';
import { handOver, spawn } from '../exec.ts';
import { binDir } from '../paths.ts';
import { quote } from '../lesson/commands.ts';
import type { ToolKind } from '../model/kinds.ts';
import { installCommand, missing, packageManager, refreshCommand } from '../install/packages.ts';
import type { Need } from '../model/need.ts';
import type { Place } from '../model/place.ts';
import { wayTo } from '../install/made.ts';
import { fetchRelease } from '../install/release.ts';
import { tools } from '../tools/index.ts';
import { hasWords, words } from '../words/index.ts';
import { askYesNo, interactive } from '../terminal/ask.ts';
import type { Common } from './declare.ts';

/** What a command was asked that makes tools ready. */
type Asked = Pick<Common, 'lang' | 'install' | 'signal'> & {
  yes: boolean;
  context?: string | undefined;
  namespace?: string | undefined;
};

/**
 * Makes a tool ready in an environment: installs what is missing (after asking; without a terminal when no password is
 * needed, and saying so), then proves by the functional preflight that it can trace. Resolves to the tool that runs, which may
 * be one that stands in for it, and its version.
 */
export async function ready(
  environment: Environment,
  tool: ToolKind,
  asked: Asked,
): Promise<{ tool: ToolKind; version: string | null }> {
  await install(environment, [...environment.needs('lab'), ...environment.needs(tool)], asked);
  const { trial, offers } = tools[tool];
  if (trial && environment.elevates) await allowed(asked);
  await opened(environment, asked, { lifetime: 'session' });
  const offered = offers?.(environment.site);
  if (offered) await offer(offered, environment.place, asked);
  const asks = isRoot() ? null : tools[tool].asks?.(environment.site);
  if (asks) process.stderr.write(`${words(asked.lang)('tool.asks', { command: asks.map(quote).join(' ') })}\n`);
  const preflight = await environment.preflight(tool, asked.signal);
  if (!preflight.ok) {
    const bad = preflight.findings.filter((f) => f.state === 'wrong' || f.state === 'missing');
    throw new WorkshopError('tool.unusable', { tool, detail: bad.map((f) => `${f.id}: ${f.seen}`).join('; ') });
  }
  const { instead } = preflight;
  if (instead) {
    const say = words(asked.lang);
    const [whyKey, key] = [`finding.${instead.id}`, `instead.${tool}`] as const;
    const why = hasWords(whyKey) ? say(whyKey, { seen: instead.seen }) : instead.seen;
    if (hasWords(key)) process.stderr.write(`${say(key, { why })}\n`);
  }
  return { tool: preflight.tool, version: preflight.version };
}

/** Installs what is missing of the needs, or says exactly why not and what to type. */
export async function install(environment: Environment, needs: Need[], asked: Asked): Promise<void> {
  assertWritable();
  const all = await missing(environment.place, needs);
  if (all.length === 0) return;
  const say = words(asked.lang);
  const packaged = await packageManager(environment.place);
  const fetched = all.filter(
    (n) => (n.release || wayTo(n)) && (packaged === null || n.packages[packaged].length === 0),
  );
  for (const need of fetched) await fetchMissing(need, asked);
  const lacking = all.filter((n) => !fetched.includes(n));
  if (lacking.length === 0) return;
  const manager = packaged;
  const programs = lacking.map((n) => n.program).join(', ');
  const command = manager ? installCommand(manager, lacking) : [];
  const shown = manager ? `${isRoot() ? '' : 'sudo '}${command.map(quote).join(' ')}` : programs;
  const forbid = (reason: string) =>
    new WorkshopError('install.forbidden', { packages: programs, reason, command: shown });
  if (!manager) throw forbid(say('install.no-manager'));
  if (!asked.install) throw forbid(say('install.no-install'));
  const may = await privilege();
  const free = may.state === 'ok';
  if (may.state === 'missing') throw forbid(say('finding.privilege.missing'));
  process.stderr.write(`${say('install.missing', { programs })}\n`);
  if (interactive()) {
    if (!asked.yes && !(await askYesNo(asked.lang, say('install.ask', { command: shown }), '--yes')))
      throw forbid(say('install.declined'));
  } else if (!free) throw forbid(may.state === 'wrong' ? may.seen : say('install.password'));
  process.stderr.write(`${say('install.doing', { command: shown })}\n`);
  const prefix = isRoot() ? [] : [sudoPath() ?? 'sudo', '--'];
  const refresh = refreshCommand(manager);
  const run = async (argv: string[]) => {
    if (interactive() && !free) return { code: await handOver([...prefix, ...argv]), text: '' };
    const running = spawn([...prefix, ...argv], { env: { DEBIAN_FRONTEND: 'noninteractive' }, signal: asked.signal });
    let text = '';
    for await (const chunk of running.output) text += String(chunk);
    return { code: (await running.ended).code, text };
  };
  let last = { code: 0 as number | null, text: '' };
  for (const argv of [...(refresh ? [refresh] : []), command]) last = await run(argv);
  const still = await missing(environment.place, lacking);
  if (still.length > 0) {
    throw new WorkshopError('install.failed', {
      packages: still.map((n) => n.program).join(', '),
      detail: last.text.trim().split('\n').slice(-4).join('\n') || `exit ${last.code}`,
      command: shown,
    });
  }
  process.stderr.write(`${say('install.done', { programs })}\n`);
}

/**
 * What a tool works better with: offered on a terminal, or taken with --yes. Without it, or where it can't be had, the tool
 * goes on as it is.
 */
export async function offer(need: Need, place: Place, asked: Asked): Promise<void> {
  if (!asked.install || (await place.which(need.program)) !== null) return;
  const url = need.release?.url ?? '';
  const say = words(asked.lang);
  if (
    !asked.yes &&
    !(
      interactive() &&
      (await askYesNo(asked.lang, say('install.ask-release', { program: need.program, url, dir: binDir() }), '--yes'))
    )
  )
    return;
  process.stderr.write(`${say('install.fetching', { program: need.program, url })}\n`);
  try {
    process.stderr.write(`${say('install.fetched', { path: await fetchRelease(need, asked.signal) })}\n`);
  } catch (error) {
    if (!(error instanceof WorkshopError)) throw error;
    process.stderr.write(`${say('install.not-fetched', { detail: error.values.detail ?? '' })}\n`);
  }
}

/** Fetches or makes a program into a folder of the person's own, after asking; it takes no rights, so that without a terminal it is told and done. */
async function fetchMissing(need: Need, asked: Asked): Promise<void> {
  const say = words(asked.lang);
  const { program } = need;
  const way = wayTo(need);
  const url = need.release?.url ?? '';
  const command = way?.command ?? byHand(program, url);
  const forbid = (reason: string) => new WorkshopError('install.forbidden', { packages: program, reason, command });
  if (!asked.install) throw forbid(say('install.no-install'));
  const question = way
    ? say('install.ask-made', { program, command, dir: binDir() })
    : say('install.ask-release', { program, url, dir: binDir() });
  if (interactive() && !asked.yes && !(await askYesNo(asked.lang, question, '--yes')))
    throw forbid(say('install.declined'));
  if (way) {
    process.stderr.write(`${say('install.making', { program, command })}\n`);
    process.stderr.write(`${say('install.made', { path: await way.make(asked.signal) })}\n`);
    return;
  }
  process.stderr.write(`${say('install.fetching', { program, url })}\n`);
  process.stderr.write(`${say('install.fetched', { path: await fetchRelease(need, asked.signal) })}\n`);
}

/** What a person types where we may not fetch a release. */
const byHand = (program: string, url: string): string => {
  const path = quote(join(binDir(), program));
  return `mkdir -p ${quote(binDir())} && curl -fLo ${path} ${url} && chmod +x ${path}`;
};

/** Makes what labs run in, telling what is happening and how long it usually takes. */
export async function opened(
  environment: Environment,
  asked: Asked,
  how: Pick<Opening, 'lifetime' | 'bundle'>,
): Promise<void> {
  const say = words(asked.lang);
  const { context, namespace } = asked;
  await environment.open({
    ...how,
    ...(context === undefined ? {} : { context }),
    ...(namespace === undefined ? {} : { namespace }),
    signal: asked.signal,
    async confirm(changes) {
      process.stderr.write(`${say('cluster.changes')}\n`);
      for (const change of changes)
        process.stderr.write(`  ${change === '!toolbox' ? say('cluster.no-toolbox') : change}\n`);
      if (asked.yes) return true;
      return interactive() && askYesNo(asked.lang, say('cluster.ask'), '--yes');
    },
    onStage({ id, state, usualMs, ms }) {
      const what = say(`stage.${id}`);
      if (state === 'began')
        process.stderr.write(`${say('stage.began', { what, usual: Math.round(usualMs / 1000) })}\n`);
      if (state === 'done')
        process.stderr.write(`${say('stage.done', { what, seconds: ((ms ?? 0) / 1000).toFixed(1) })}\n`);
    },
  });
}

/** Makes sure that a tracing command may be elevated; asks for sudo's password on the terminal, in sudo's own words. */
export async function allowed(asked: Asked): Promise<void> {
  const may = await privilege();
  if (may.state === 'ok') return;
  if (may.state === 'missing') throw new WorkshopError('sudo.missing');
  if (may.id === 'privilege-some') throw new WorkshopError('sudo.some', { program: may.seen });
  if (may.state === 'wrong') throw new WorkshopError('sudo.refused', { detail: may.seen });
  if (!process.stdin.isTTY) throw new WorkshopError('sudo.no-terminal');
  process.stderr.write(`${words(asked.lang)('sudo.asks')}\n`);
  const code = await handOver([sudoPath() ?? 'sudo', '-v']);
  if (code !== 0) throw new WorkshopError('sudo.refused', { detail: `sudo -v: exit ${code}` });
}
