import { environmentOf } from '../environments/index.ts';
import { EXIT } from '../errors.ts';
import { isRoot } from '../environments/local/place.ts';
import { quote } from '../lesson/commands.ts';
import { askYesNo, interactive } from '../terminal/ask.ts';
import { hasWords, words } from '../words/index.ts';
import { mark } from '../terminal/mark.ts';
import { styleFor } from '../terminal/style.ts';
import { MONITORING_NEEDS, TEST_NEEDS } from '../environments/host/needs.ts';
import { installCommand, missing, packageManager } from '../install/packages.ts';
import type { ToolKind } from '../model/kinds.ts';
import type { Environment } from '../model/environment.ts';
import type { Need } from '../model/need.ts';
import { TOOLS, tools } from '../tools/index.ts';
import { type Finding, finding, type Preflight } from '../model/finding.ts';
import { type Asked, command, flag, text } from '../cli/declare.ts';
import { envToBegin, yes } from '../cli/options.ts';
import { printJson } from '../cli/print.ts';
import { install } from '../cli/ready.ts';

/** `workshop doctor`: what this machine has, what is missing, and the one command that fixes each; offers to run it. */
const options = { fix: flag('install'), for: text('for', 'tests|monitoring'), env: envToBegin, yes };

async function doctor(invocation: Asked<Record<never, never>, typeof options>): Promise<number> {
  const { lang, json } = invocation;
  const say = words(lang);
  const style = styleFor(process.stdout);
  const environment = await environmentOf(invocation.env);
  const traced = TOOLS.filter((tool) => tools[tool].trial && !tools[tool].standsIn);
  const needs = once([
    ...environment.needs('lab'),
    ...traced.flatMap((tool) => environment.needs(tool)),
    ...(invocation.for === 'tests' ? TEST_NEEDS : []),
    ...(invocation.for === 'monitoring' ? MONITORING_NEEDS : []),
  ]);
  if (invocation.fix && invocation.for === 'monitoring') {
    // Whoever only looks at metrics needs no tracer.
    await install(environment, MONITORING_NEEDS, invocation);
    return EXIT.ok;
  }
  if (invocation.fix) {
    await install(environment, needs, invocation);
    if (invocation.for === 'tests') return EXIT.ok;
  }
  const lacking = await missing(environment.place, needs);
  const manager = await packageManager(environment.place);
  const programs: Finding[] = needs.map((need) => {
    const lacks = lacking.includes(need);
    const packaged = manager && need.packages[manager].length > 0;
    const fix = !lacks
      ? null
      : packaged
        ? { argv: installCommand(manager, [need]), elevated: true }
        : need.release
          ? {
              argv: [
                'npm',
                'run',
                'workshop',
                '--',
                'doctor',
                '--env',
                environment.kind,
                '--install',
                ...forWhat(need),
              ],
              elevated: false,
            }
          : null;
    return { id: `program:${need.program}`, state: lacks ? 'missing' : 'ok', seen: need.program, fix };
  });
  // A tool is tried where nothing is lacking that it, or a lab to try it in, takes.
  const gone = new Set(lacking.map((need) => need.program));
  const tried: [ToolKind, Preflight][] = [];
  for (const tool of traced) {
    const takes = [...environment.needs('workload'), ...environment.needs(tool)];
    tried.push([
      tool,
      takes.some((need) => gone.has(need.program))
        ? { ok: false, tool, version: null, findings: [] }
        : await environment.preflight(tool, invocation.signal, 'anew'),
    ]);
  }
  const lost: Finding[] = (environment.lost?.() ?? []).map(({ id, what }) =>
    finding('lost', 'wrong', `${id} (${what})`, { argv: ['npm', 'run', 'workshop', '--', 'down'], elevated: false }),
  );
  const findings = [...programs, ...told(tried), ...(await better(environment, tried)), ...lost];
  const versions = Object.fromEntries(tried.map(([tool, { version }]) => [tool, version]));
  const ok =
    tried.every(([, preflight]) => preflight.ok) &&
    lacking.length === 0 &&
    !findings.some((f) => f.id === 'docker' && f.state !== 'ok');
  if (json) {
    printJson('doctor', {
      ok,
      environment: environment.kind,
      platform: process.platform,
      tools: versions,
      findings,
    });
    return ok ? EXIT.ok : EXIT.environment;
  }
  const out = (line = '') => process.stdout.write(`${line}\n`);
  if (process.platform !== 'linux') out(say('doctor.not-linux'));
  out(style.strong(say('doctor.title')));
  for (const f of findings) {
    const sign = f.state === 'note' ? style.dim('·') : mark(say, style, f.state === 'ok' ? 'met' : 'unmet');
    const title = `finding.${f.id.startsWith(`${INSPEKTOR}-`) ? INSPEKTOR : f.id}` as const;
    const name = f.id.startsWith('program:') ? f.seen : hasWords(title) ? say(title, { seen: f.seen }) : f.id;
    const seen = f.id.startsWith('program:') ? (f.state === 'ok' ? '' : say('doctor.missing')) : shownState(say, f);
    out(`  ${sign} ${name}${seen ? `: ${seen}` : ''}`);
    if (f.state !== 'ok' && f.fix)
      out(`      ${style.accent(`${f.fix.elevated && !isRoot() ? 'sudo ' : ''}${f.fix.argv.map(quote).join(' ')}`)}`);
  }
  out();
  if (ok && !findings.some((f) => f.id === 'functional'))
    out(
      say(environment.site === 'machine' ? 'doctor.untried' : 'doctor.untried-kube', {
        up: `npm run workshop -- up --env ${invocation.env}`,
      }),
    );
  else
    out(
      ok
        ? style.good(
            say('doctor.ready', {
              tools: tried
                .map(([tool, { version }]) => `${tools[tool].title ?? tool} ${version ?? ''}`.trim())
                .join(', '),
            }),
          )
        : style.bad(say('doctor.not-ready')),
    );
  if (!ok && lacking.length > 0 && interactive() && manager) {
    const packages = lacking.filter((n) => n.packages[manager].length > 0);
    const argv =
      packages.length > 0
        ? installCommand(manager, packages)
        : ['npm', 'run', 'workshop', '--', 'doctor', '--env', environment.kind, '--install'];
    if (await askYesNo(lang, say('install.ask', { command: argv.join(' ') }), 'doctor --install')) {
      await install(environment, lacking, { ...invocation, yes: true });
      return doctor({ ...invocation, fix: false });
    }
  }
  return ok ? EXIT.ok : EXIT.environment;
}

const forWhat = (need: Need): string[] => (MONITORING_NEEDS.includes(need) ? ['--for', 'monitoring'] : []);

/** Two tools may take the same. */
const once = (needs: Need[]): Need[] =>
  needs.filter((need, i) => needs.findIndex((other) => other.program === need.program) === i);

/** Of tools that another stands in for: there, and which version, or why not. Where it can't be looked for, nothing is said. */
async function better(environment: Environment, tried: [ToolKind, Preflight][]): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const tool of TOOLS) {
    const { standsIn } = tools[tool];
    // In a cluster that is not open there is no place to look in.
    if (standsIn === undefined) continue;
    if (environment.site !== 'machine' && !tried.some(([kind, { version }]) => kind === standsIn && version !== null))
      continue;
    const seen = await environment.detect(tool);
    found.push(
      seen.found
        ? finding(INSPEKTOR, 'ok', `${seen.path} ${seen.version ?? ''}`.trim())
        : finding(seen.why ?? tool, 'note', seen.missing),
    );
  }
  return found;
}

/** What is said of Inspektor Gadget where it runs; where it does not, the reason's own name follows. */
const INSPEKTOR = 'inspektor';

/** What all tools look at is shown once; whether a tool can trace is its own, and the first one's goes without a name. */
function told(tried: [ToolKind, Preflight][]): Finding[] {
  const shown = new Map<string, Finding>();
  for (const [i, [tool, { findings }]] of tried.entries())
    for (const f of findings) {
      const id = f.id === 'functional' && i > 0 ? `functional-${tool}` : f.id;
      if (shown.has(id) || (f.id === tool && f.state === 'ok')) continue;
      shown.set(id, { ...f, id });
    }
  return [...shown.values()];
}

function shownState(say: ReturnType<typeof words>, f: Finding): string {
  const why = `finding.${f.id}` as const;
  if (f.id.startsWith(`${INSPEKTOR}-`) && hasWords(why))
    return say(`finding.${INSPEKTOR}.note`, { seen: say(why, { seen: f.seen }) });
  const key = `finding.${f.id}.${f.state}` as const;
  return hasWords(key) ? say(key, { seen: f.seen }) : f.seen;
}

export default command({ name: 'doctor', args: {}, options, json: 'doctor', run: doctor });
