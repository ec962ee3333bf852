import { join } from 'node:path';
import { environmentOf } from '../environments/index.ts';
import type { Target } from '../model/lab.ts';
import { EXIT } from '../errors.ts';
import { provingAgeMs } from '../evidence/model.ts';
import { judge } from '../evidence/verdict.ts';
import { bt, display } from '../lesson/commands.ts';
import { factsOf } from '../lesson/facts.ts';
import { root } from '../paths.ts';
import { run as runInLab } from '../session/attempt.ts';
import { pictured } from '../session/pictured.ts';
import { equip } from '../session/equip.ts';
import { capture } from '../exec.ts';
import { live } from '../terminal/live.ts';
import { words } from '../words/index.ts';
import { picture } from '../terminal/present.ts';
import { styleFor } from '../terminal/style.ts';
import { tools } from '../tools/index.ts';
import { command } from '../cli/declare.ts';
import { envToBegin, part, yes } from '../cli/options.ts';
import { printJson } from '../cli/print.ts';
import { ready } from '../cli/ready.ts';

/** Allocations between two looks at the kernel's books: enough to see RSS move. */
const BETWEEN_LOOKS = 5;

/** `workshop tour`: the leak found from start to end, watched rather than done, at fast pace. */
export default command({
  name: 'tour',
  args: {},
  options: { env: envToBegin, yes, ...part },
  json: 'tour',
  async run(asked) {
    const { lang, env, signal, json } = asked;
    const say = words(lang);
    const stream = json ? process.stderr : process.stdout;
    const style = styleFor(stream);
    const out = (line = '') => stream.write(`${line}\n`);
    const environment = await environmentOf(env);
    out(style.strong(say('tour.title')));
    const { version } = await ready(environment, 'bpftrace', asked);
    out(say('tour.lab'));
    const lab = await environment.up(
      { workload: 'stealth-leaker', variant: 'leaker', pace: 'fast', lifetime: 'session' },
      signal,
    );
    let verdict: ReturnType<typeof judge>;
    try {
      const { target, truth } = lab;
      out(style.dim(say('tour.fast', { pid: target.pid, period: truth.periodMs })));
      await lab.allocations(3, signal);
      const ask = (port: number, path: string) =>
        capture(request(target, port, path), { signal, env: lab.place.env() });
      const healthy = await ask(target.healthPort, 'health');
      const metrics = await ask(target.metricsPort, 'metrics');
      out();
      out(say('tour.dashboards'));
      out(`  /health   ${healthy.text.trim()}`);
      for (const line of metrics.text.split('\n').filter((l) => /^app_(memory|up|errors)/.test(l)))
        out(`  /metrics  ${line}`);
      const ps = async () =>
        (
          await capture(lab.typed(['ps', '-o', 'pid,vsz,rss,comm', '-p', String(target.pid)], 'pod').argv, {
            signal,
            env: lab.place.env(),
          })
        ).text
          .trimEnd()
          .split('\n');
      const before = await ps();
      await lab.allocations((await lab.allocated()) + BETWEEN_LOOKS, signal);
      const after = await ps();
      out();
      out(say('tour.kernel', { ms: BETWEEN_LOOKS * truth.periodMs }));
      for (const line of [...before, ...after.slice(1)]) out(`  ${line}`);
      out();
      out(say('tour.trace'));
      const facts = factsOf(lab, (name) => join(root, 'bpf', name));
      const trace = bt(
        'outstanding.bt',
        (f) => f.tickMs,
        (f) => f.lasting(26),
      )(facts);
      out(`${style.dim('$')} ${style.accent(display(trace))}`);
      await equip(lab, tools.bpftrace);
      const lastsMs = facts.lasting(26);
      const view = live(stream as NodeJS.WriteStream, say, style, {
        wait: { lastsMs, counts: () => null },
        harmless: tools.bpftrace.harmless ?? null,
        again: false,
      });
      const observed = await runInLab(lab, trace, tools.bpftrace, {
        signal,
        timeoutMs: 60_000,
        onChunk: view.chunk,
        onEvidence: view.evidence,
      });
      view.end();
      verdict = judge(observed.evidence, { neededMs: provingAgeMs(truth) });
      const { lines } = picture(say, style, observed.evidence, pictured(lab), {
        columns: Math.min(stream.columns ?? 80, 92),
      });
      for (const line of lines) out(line);
    } finally {
      await lab.down();
    }
    if (signal.aborted) throw signal.reason;
    out();
    out(style.dim(say('tour.down', { version: version ?? '' })));
    if (json) printJson('tour', { verdict });
    if (verdict.answer !== 'leak') {
      out(style.bad(say('tour.not-found')));
      return EXIT.checkFailed;
    }
    out(say('tour.next'));
    return EXIT.ok;
  },
});

/** A request to one of the service's ports; the API server passes it on to a pod's. */
const request = ({ kube }: Target, port: number, path: string): string[] =>
  kube
    ? ['kubectl', 'get', '--raw', `/api/v1/namespaces/${kube.namespace}/pods/${kube.pod}:${port}/proxy/${path}`]
    : ['curl', '-s', `http://127.0.0.1:${port}/${path}`];
