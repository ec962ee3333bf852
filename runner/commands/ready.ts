import type { Environment } from '../environments/axis.ts';
import { isRoot, sudoPath } from '../environments/host/place.ts';
import { privilege } from '../environments/host/features.ts';
import { WorkshopError } from '../errors.ts';
import { handOver, spawn } from '../exec.ts';
import { quote } from '../lesson/commands.ts';
import type { ToolKind } from '../tools/axis.ts';
import { installCommand, LAB_NEEDS, missing, type Need, packageManager, refreshCommand } from '../tools/packages.ts';
import { words } from '../terminal/messages/index.ts';
import { askYesNo, interactive } from '../terminal/ask.ts';
import type { Invocation } from './options.ts';

type Asked = Pick<Invocation, 'lang' | 'yes' | 'install' | 'json'> & { signal: AbortSignal };

/**
 * Makes a tool ready in an environment: installs what is missing (after asking; without a terminal when no password is
 * needed, and saying so), then proves by the functional preflight that it can trace. Resolves to the tool's version.
 */
export async function ready(environment: Environment, tool: ToolKind, asked: Asked): Promise<string | null> {
  await install(environment, [...LAB_NEEDS, ...environment.needs(tool)], asked);
  if (tool !== 'system') await allowed(asked);
  const preflight = await environment.preflight(tool, asked.signal);
  if (!preflight.ok) {
    const bad = preflight.findings.filter((f) => f.state === 'wrong' || f.state === 'missing');
    throw new WorkshopError('tool.unusable', { tool, detail: bad.map((f) => `${f.id}: ${f.seen}`).join('; ') });
  }
  return preflight.version;
}

/** Installs what is missing of the needs, or says exactly why not and what to type. */
export async function install(environment: Environment, needs: Need[], asked: Asked): Promise<void> {
  const lacking = await missing(environment.place, needs);
  if (lacking.length === 0) return;
  const say = words(asked.lang);
  const manager = await packageManager(environment.place);
  const programs = lacking.map((n) => n.program).join(', ');
  const command = manager ? installCommand(manager, lacking) : [];
  const shown = manager ? `${isRoot() ? '' : 'sudo '}${command.map(quote).join(' ')}` : programs;
  const forbid = (reason: string) => new WorkshopError('install.forbidden', { packages: programs, reason, command: shown });
  if (!manager) throw forbid(say('install.no-manager'));
  if (!asked.install) throw forbid(say('install.no-install'));
  const may = await privilege();
  const free = may.state === 'ok';
  if (may.state === 'missing') throw forbid(say('finding.privilege.missing'));
  process.stderr.write(`${say('install.missing', { programs })}\n`);
  if (interactive()) {
    if (!asked.yes && !(await askYesNo(asked.lang, say('install.ask', { command: shown }), '--yes'))) throw forbid(say('install.declined'));
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
    throw new WorkshopError('install.failed', { packages: still.map((n) => n.program).join(', '), detail: last.text.trim().split('\n').slice(-4).join('\n') || `exit ${last.code}`, command: shown });
  }
  process.stderr.write(`${say('install.done', { programs })}\n`);
}

/** Makes sure that a tracing command may be elevated; asks for sudo's password on the terminal, in sudo's own words. */
export async function allowed(asked: Asked): Promise<void> {
  const may = await privilege();
  if (may.state === 'ok') return;
  if (may.state === 'missing') throw new WorkshopError('sudo.missing');
  if (may.state === 'wrong') throw new WorkshopError('sudo.refused', { detail: may.seen });
  if (!process.stdin.isTTY) throw new WorkshopError('sudo.no-terminal');
  process.stderr.write(`${words(asked.lang)('sudo.asks')}\n`);
  const code = await handOver([sudoPath() ?? 'sudo', '-v']);
  if (code !== 0) throw new WorkshopError('sudo.refused', { detail: `sudo -v: exit ${code}` });
}
