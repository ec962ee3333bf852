import { environmentOf } from '../environments/index.ts';
import { takePrograms } from '../environments/kind/bundle.ts';
import { EXIT } from '../errors.ts';
import { words } from '../words/index.ts';
import { type Lab, LEFT_UP_HOURS } from '../model/lab.ts';
import { loadWorkload } from '../environments/workload.ts';
import { command, type Common, text } from '../cli/declare.ts';
import { choice, envToBegin, oneOf, pace, part, yes } from '../cli/options.ts';
import { printJson } from '../cli/print.ts';
import { install, opened } from '../cli/ready.ts';

/** `workshop up`: a lab that stays until `down`. Idempotent: one that is up is told, not doubled. */
export default command({
  name: 'up',
  args: {},
  options: {
    env: envToBegin,
    pace,
    variant: text('variant', 'NAME'),
    libc: choice('libc', ['own', 'system'], (): 'own' => 'own'),
    bundle: text('bundle', 'FILE'),
    yes,
    ...part,
  },
  json: 'lab',
  examples: ['up --pace fast', 'up --env kind', 'up --variant twin'],
  async run(asked) {
    const { env, pace, signal, bundle } = asked;
    const environment = await environmentOf(env);
    if (bundle !== undefined) await takePrograms(bundle, signal);
    await install(environment, environment.needs('workload'), asked);
    await opened(environment, asked, { lifetime: 'until-down', ...(bundle === undefined ? {} : { bundle }) });
    const variant = oneOf('--variant', asked.variant ?? 'leaker', Object.keys(loadWorkload('stealth-leaker').variants));
    const libc = asked.libc === 'system' && environment.site === 'machine' ? 'system' : undefined;
    const there = (await environment.labs()).find(
      (l) =>
        l.spec.lifetime === 'until-down' &&
        l.spec.variant === variant &&
        l.spec.libc === libc &&
        (!asked.given.has('pace') || l.spec.pace === pace),
    );
    if (there) return told(asked, there, false);
    // One of that kind which is there and not well, after a crash or as its cluster wakes, is replaced and not doubled.
    for (const r of environment.records())
      if (
        r.lifetime === 'until-down' &&
        r.variant === variant &&
        r.libc === libc &&
        r.pace === pace &&
        !(await environment.labs()).some((l) => l.id === r.id)
      )
        await environment.down(r.id);
    const lab = await environment.up(
      { workload: 'stealth-leaker', variant, pace, lifetime: 'until-down', libc },
      signal,
    );
    return told(asked, lab, true);
  },
});

function told({ lang, json }: Common, lab: Lab, fresh: boolean): number {
  const { target } = lab;
  if (json) {
    printJson('lab', { id: lab.id, fresh, environment: lab.environment, spec: lab.spec, target });
  } else {
    const say = words(lang);
    const { kube } = target;
    const where = kube
      ? say('up.kube', {
          pod: kube.pod,
          namespace: kube.namespace,
          toolbox: kube.toolbox,
          tools: kube.tools,
          kubeconfig: lab.place.env().KUBECONFIG ?? '',
        })
      : say('up.where', { health: target.healthPort, metrics: target.metricsPort, log: target.logFile });
    process.stdout.write(`${say(fresh ? 'up.fresh' : 'up.already', { pid: target.pid })}\n${where}\n`);
    if (fresh) process.stdout.write(`${say('up.at-most', { hours: LEFT_UP_HOURS[lab.spec.pace] })}\n`);
    if (kube && kube.restarts > 0)
      process.stdout.write(`${say('status.restarted', { n: kube.restarts, why: kube.lastEnd || '?' })}\n`);
  }
  return EXIT.ok;
}
