import { ENVIRONMENTS, environmentOf } from '../environments/index.ts';
import { recorded } from '../environments/lab-records.ts';
import { EXIT } from '../errors.ts';
import { catalog } from '../lesson/catalog.ts';
import { readEvents } from '../journal/events.ts';
import { keyOf, progressNow } from '../journal/progress.ts';
import { words } from '../words/index.ts';
import { styleFor } from '../terminal/style.ts';
import { nextStep } from '../journal/next-step.ts';
import { command } from '../cli/declare.ts';
import { env } from '../cli/options.ts';
import { printJson } from '../cli/print.ts';

/** `workshop status`: what has been passed, what comes next, which labs are up. */
export default command({
  name: 'status',
  args: {},
  // Taken, as elsewhere; what is up is shown wherever it is.
  options: { env },
  json: 'status',
  async run({ lang, json }) {
    const entries = await catalog();
    const progress = progressNow(lang);
    const kinds = [...recorded(ENVIRONMENTS)];
    const labs = (await Promise.all(kinds.map(async (kind) => (await environmentOf(kind)).labs()))).flat();
    const lessons = entries.map((e) => {
      const states = e.steps.map((s) => ({
        step: s.id,
        ...(progress.get(keyOf(e.id, s.id)) ?? {
          state: 'new' as const,
          attempts: 0,
          last: null,
          hints: 0,
          solutionShown: false,
          diagnosed: false,
          timeToPass: null,
        }),
      }));
      return {
        lesson: e.id,
        passed: states.filter((s) => s.state === 'passed').length,
        skipped: states.filter((s) => s.state === 'skipped').length,
        of: e.steps.length,
        steps: states,
      };
    });
    const next = nextStep(entries, progress, readEvents());
    if (json) {
      const shown = labs.map((l) => ({ id: l.id, environment: l.environment, pid: l.target.pid, spec: l.spec }));
      printJson('status', { lessons, next, labs: shown });
      return EXIT.ok;
    }
    const say = words(lang);
    const style = styleFor(process.stdout);
    const out = (line: string) => process.stdout.write(`${line}\n`);
    for (const [i, l] of lessons.entries()) {
      const bar = style.plain ? '' : `${style.good('█'.repeat(l.passed))}${style.dim('░'.repeat(l.of - l.passed))} `;
      out(
        `${l.lesson.slice(0, 2)} ${bar}${l.passed}/${l.of}  ${entries[i]?.title[lang] ?? ''}${l.skipped ? `  ${style.dim(say('status.skipped', { n: l.skipped }))}` : ''}`,
      );
    }
    out(next ? say('status.next', { step: `${next.lesson}/${next.step}` }) : say('status.done'));
    for (const lab of labs) {
      const { kube } = lab.target;
      out(
        kube
          ? say('status.lab-pod', { id: lab.id, pod: kube.pod, namespace: kube.namespace, pace: lab.spec.pace })
          : say('status.lab', { id: lab.id, pid: lab.target.pid, pace: lab.spec.pace }),
      );
      if (kube && kube.restarts > 0) out(say('status.restarted', { n: kube.restarts, why: kube.lastEnd || '?' }));
    }
    return EXIT.ok;
  },
});
