import { environmentOf } from '../environments/index.ts';
import { EXIT } from '../errors.ts';
import { isRoot } from '../environments/host/place.ts';
import { quote } from '../lesson/commands.ts';
import { askYesNo, interactive } from '../terminal/ask.ts';
import { hasWords, words } from '../words/index.ts';
import { mark } from '../terminal/mark.ts';
import { styleFor } from '../terminal/style.ts';
import { installCommand, LOADER_NEEDS, missing, packageManager, TEST_NEEDS } from '../install/packages.ts';
import type { Finding } from '../model/environment.ts';
import { type Asked, command, flag, text } from '../cli/declare.ts';
import { envToBegin, yes } from '../cli/options.ts';
import { printJson } from '../cli/print.ts';
import { install } from '../cli/ready.ts';

/** `workshop doctor`: what this machine has, what is missing, and the one command that fixes each; offers to run it. */
const options = { fix: flag('install'), for: text('for', 'tests'), env: envToBegin, yes };

async function doctor(invocation: Asked<Record<never, never>, typeof options>): Promise<number> {
  const { lang, json } = invocation;
  const say = words(lang);
  const style = styleFor(process.stdout);
  const environment = await environmentOf(invocation.env);
  const needs = [
    ...environment.needs('lab'),
    ...environment.needs('bcc'),
    ...environment.needs('loader'),
    ...(invocation.for === 'tests' ? TEST_NEEDS : []),
  ];
  if (invocation.fix) {
    await install(environment, needs, invocation);
    if (invocation.for === 'tests') return EXIT.ok;
  }
  const lacking = await missing(environment.place, needs);
  const manager = await packageManager(environment.place);
  const programs: Finding[] = needs.map((need) => {
    const gone = lacking.includes(need);
    const packaged = manager && need.packages[manager].length > 0;
    const fix = !gone
      ? null
      : packaged
        ? { argv: installCommand(manager, [need]), elevated: true }
        : need.release
          ? {
              argv: ['npm', 'run', 'workshop', '--', 'doctor', '--env', environment.kind, '--install'],
              elevated: false,
            }
          : null;
    return { id: `program:${need.program}`, state: gone ? 'missing' : 'ok', seen: need.program, fix };
  });
  const without = (...names: string[]) => lacking.some((n) => names.includes(n.program));
  const notTried = { ok: false, version: null, findings: [] };
  const preflight = without('bpftrace', 'cc', 'make')
    ? notTried
    : await environment.preflight('bpftrace', invocation.signal, 'anew');
  // What both look at is shown once; whether BCC can trace, and with which headers, is its own.
  const bcc = without('memleak-bpfcc', 'kernel headers', 'cc', 'make')
    ? notTried
    : await environment.preflight('bcc', invocation.signal, 'anew');
  const ofBcc = bcc.findings
    .filter((f) => f.id === 'headers' || f.id === 'functional')
    .map((f) => (f.id === 'functional' ? { ...f, id: 'functional-bcc' } : f));
  const loader = without(...LOADER_NEEDS.map((n) => n.program), 'cc', 'make')
    ? notTried
    : await environment.preflight('loader', invocation.signal, 'anew');
  const ofLoader = loader.findings
    .filter((f) => f.id === 'functional' || (f.id === 'loader' && f.state !== 'ok'))
    .map((f) => (f.id === 'functional' ? { ...f, id: 'functional-loader' } : f));
  const findings = [...programs, ...preflight.findings.filter((f) => f.id !== 'bpftrace'), ...ofBcc, ...ofLoader];
  const ok =
    preflight.ok &&
    bcc.ok &&
    loader.ok &&
    lacking.length === 0 &&
    !findings.some((f) => f.id === 'docker' && f.state !== 'ok');
  if (json) {
    printJson('doctor', {
      ok,
      environment: environment.kind,
      platform: process.platform,
      tools: { bpftrace: preflight.version, bcc: bcc.version, loader: loader.version },
      findings,
    });
    return ok ? EXIT.ok : EXIT.environment;
  }
  const out = (line = '') => process.stdout.write(`${line}\n`);
  if (process.platform !== 'linux') out(say('doctor.not-linux'));
  out(style.strong(say('doctor.title')));
  for (const f of findings) {
    const sign = f.state === 'note' ? style.dim('·') : mark(say, style, f.state === 'ok' ? 'met' : 'unmet');
    const title = `finding.${f.id}` as const;
    const name = f.id.startsWith('program:') ? f.seen : hasWords(title) ? say(title, { seen: f.seen }) : f.id;
    const seen = f.id.startsWith('program:') ? (f.state === 'ok' ? '' : say('doctor.missing')) : shownState(say, f);
    out(`  ${sign} ${name}${seen ? `: ${seen}` : ''}`);
    if (f.state !== 'ok' && f.fix)
      out(`      ${style.accent(`${f.fix.elevated && !isRoot() ? 'sudo ' : ''}${f.fix.argv.map(quote).join(' ')}`)}`);
  }
  out();
  const tried = findings.some((f) => f.id === 'functional');
  if (ok && !tried)
    out(
      say(invocation.env === 'host' ? 'doctor.untried' : 'doctor.untried-kube', {
        up: `npm run workshop -- up --env ${invocation.env}`,
      }),
    );
  else
    out(
      ok
        ? style.good(
            say('doctor.ready', {
              version: preflight.version ?? '',
              bcc: bcc.version ?? '',
              loader: loader.version ?? '',
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

function shownState(say: ReturnType<typeof words>, f: Finding): string {
  const key = `finding.${f.id}.${f.state}` as const;
  return hasWords(key) ? say(key, { seen: f.seen }) : f.seen;
}

export default command({ name: 'doctor', args: {}, options, json: 'doctor', run: doctor });
