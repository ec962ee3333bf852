import type { Lab } from '../environments/axis.ts';
import { display } from '../lesson/commands.ts';
import type { Lesson, Step } from '../lesson/define.ts';
import { factsOf, manualFacts } from '../lesson/facts.ts';
import type { Blank, Lang } from '../lesson/prose.ts';
import { scriptFile } from './scripts.ts';

/**
 * What the blanks of a lesson's prose are filled with for the lab at hand, so that every command can be copied and
 * works. Without a lab there are names in angle brackets, as in a manual.
 */
export function blanks(lesson: Lesson, step: Step | null, lab: Lab | null, lang: Lang): Record<Blank, string> {
  const seconds = (ms: number) => `${ms / 1000}${lang === 'ko' ? '초' : ' s'}`;
  const source = step?.kind === 'question' ? lesson.steps.find((s) => s.id === step.from) : step;
  const script = source?.kind === 'script' ? scriptFile(lesson.id, source.id) : '';
  if (!lab) {
    const command = source && source.kind !== 'question' ? display(source.solution(manualFacts(source.kind === 'script' ? () => script : undefined))) : '';
    return { pid: '<pid>', libc: '<libc>', healthPort: '<port>', metricsPort: '<port>', log: '<log>', period: seconds(8000), tick: seconds(10_000), script, command };
  }
  const facts = factsOf(lab, source?.kind === 'script' ? () => script : undefined);
  const command = source && source.kind !== 'question' ? display(source.solution(facts)) : '';
  return {
    pid: String(facts.pid),
    libc: facts.libc,
    healthPort: String(facts.healthPort),
    metricsPort: String(facts.metricsPort),
    log: facts.logFile,
    period: seconds(facts.periodMs),
    tick: seconds(facts.tickMs),
    script,
    command,
  };
}
