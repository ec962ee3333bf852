import type { EnvironmentKind } from '../model/kinds.ts';
import type { Lab } from '../model/lab.ts';
import { display } from '../lesson/commands.ts';
import type { Lesson, Step } from '../lesson/define.ts';
import { factsOf, manualFacts } from '../lesson/facts.ts';
import type { Lang } from '../words/index.ts';
import type { Blank } from '../lesson/prose.ts';
import { scriptFile } from '../journal/scripts.ts';

/**
 * What the blanks of a lesson's prose are filled with for the lab at hand, so that every command can be copied and
 * works. Without a lab there are names in angle brackets, as in a manual.
 */
export function blanks(
  lesson: Lesson,
  step: Step | null,
  lab: Lab | null,
  lang: Lang,
  environment: EnvironmentKind | undefined = lab?.environment,
): Record<Blank, string> {
  const seconds = (ms: number) => `${ms / 1000}${lang === 'ko' ? '초' : ' s'}`;
  const source = step?.kind === 'question' ? lesson.steps.find((s) => s.id === step.from) : step;
  const script = source?.kind === 'script' ? scriptFile(lesson.id, source.id) : '';
  if (!lab) {
    const manual = manualFacts(environment, source?.kind === 'script' ? () => script : undefined);
    const command = source && source.kind !== 'question' ? display(source.solution(manual)) : '';
    const broken = step?.broken ? display(step.broken.command(manual)) : '';
    const starter = step?.kind === 'command' && step.starter ? display(step.starter(manual)) : '';
    return {
      pid: manual.kube ? '1' : '<pid>',
      libc: '<libc>',
      healthPort: '<port>',
      metricsPort: '<port>',
      log: '<log>',
      memleak: manual.memleak,
      period: seconds(8000),
      tick: seconds(10_000),
      script,
      command,
      broken,
      starter,
      ...NOWHERE,
    };
  }
  const facts = factsOf(lab, source?.kind === 'script' ? () => script : undefined);
  const command = source && source.kind !== 'question' ? display(source.solution(facts)) : '';
  const broken = step?.broken ? display(step.broken.command(facts)) : '';
  const starter = step?.kind === 'command' && step.starter ? display(step.starter(facts)) : '';
  return {
    pid: String(facts.pid),
    libc: facts.libc,
    healthPort: String(facts.healthPort),
    metricsPort: String(facts.metricsPort),
    log: facts.logFile,
    memleak: facts.memleak,
    period: seconds(facts.periodMs),
    tick: seconds(facts.tickMs),
    script,
    command,
    broken,
    starter,
    ...(facts.kube
      ? {
          namespace: facts.kube.namespace,
          pod: facts.kube.pod,
          deployment: facts.kube.deployment,
          tools: facts.kube.tools,
          toolbox: facts.kube.toolbox,
          nodePid: String(facts.kube.nodePid),
          containerId: facts.kube.containerId,
          kubeconfig: lab.place.env().KUBECONFIG ?? '',
        }
      : NOWHERE),
  };
}

const NOWHERE = {
  namespace: 'memleak-demo',
  pod: '<pod>',
  deployment: 'stealth-memory-leaker',
  tools: 'memleak-tools',
  toolbox: '<toolbox>',
  nodePid: '<node-pid>',
  containerId: '<container-id>',
  kubeconfig: '<kubeconfig>',
};
