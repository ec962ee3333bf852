import { environmentOf } from '../environments/index.ts';
import { EXIT } from '../errors.ts';
import { words } from '../words/index.ts';
import type { Lab } from '../model/lab.ts';
import { loadWorkload } from '../environments/workload.ts';
import { type Invocation, oneOf, type Run } from '../cli/parse.ts';
import { install, opened } from '../cli/ready.ts';

/** `workshop up`: a lab that stays until `down`. Idempotent: one that is up is told, not doubled. */
const up: Run = async (invocation) => {
  const { env, pace, paceGiven, signal } = invocation;
  const environment = await environmentOf(env);
  const { bundle } = invocation.flags;
  await install(environment, environment.needs('workload'), invocation);
  await opened(environment, invocation, { lifetime: 'until-down', ...(bundle === undefined ? {} : { bundle }) });
  const variant =
    oneOf('--variant', invocation.flags.variant, Object.keys(loadWorkload('stealth-leaker').variants)) ?? 'leaker';
  const there = (await environment.labs()).find(
    (l) => l.spec.lifetime === 'until-down' && l.spec.variant === variant && (!paceGiven || l.spec.pace === pace),
  );
  if (there) return told(invocation, there, false);
  // One of that kind which is there and not well, after a crash or as its cluster wakes, is replaced and not doubled.
  for (const r of environment.records())
    if (
      r.lifetime === 'until-down' &&
      r.variant === variant &&
      r.pace === pace &&
      !(await environment.labs()).some((l) => l.id === r.id)
    )
      await environment.down(r.id);
  const lab = await environment.up({ workload: 'stealth-leaker', variant, pace, lifetime: 'until-down' }, signal);
  return told(invocation, lab, true);
};

function told({ lang, json }: Invocation, lab: Lab, fresh: boolean): number {
  const { target } = lab;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ schema: 'ebpf-workshop/lab/1', id: lab.id, fresh, environment: lab.environment, spec: lab.spec, target }, null, 2)}\n`,
    );
  } else {
    const say = words(lang);
    const { kube } = target;
    const where = kube
      ? say('up.kube', {
          pod: kube.pod,
          namespace: kube.namespace,
          toolbox: kube.toolbox || '-',
          tools: kube.tools,
          kubeconfig: lab.place.env().KUBECONFIG ?? '',
        })
      : say('up.where', { health: target.healthPort, metrics: target.metricsPort, log: target.logFile });
    process.stdout.write(`${say(fresh ? 'up.fresh' : 'up.already', { pid: target.pid })}\n${where}\n`);
    if (kube && kube.restarts > 0)
      process.stdout.write(`${say('status.restarted', { n: kube.restarts, why: kube.lastEnd || '?' })}\n`);
  }
  return EXIT.ok;
}

export default up;
