import { WorkshopError } from '../errors.ts';
import { type Lesson, type Step, variantOf } from '../lesson/define.ts';
import type { Lab, LabSpec } from '../model/lab.ts';
import type { Surroundings } from './surroundings.ts';
import type { Ui } from './ui.ts';

/** The lab of a walk: started when it is first needed, replaced when it died or a step needs another variant. */
export interface LabKeeper {
  /** A lab that is up and runs what the step needs; what changed since the last time is said. */
  need(step: Step): Promise<Lab>;
  /** The lab as it was last needed; null before that. */
  last(): Lab | null;
  /** Ends the lab, unless it is somebody else's. */
  end(): Promise<void>;
}

export function labKeeper(lesson: Lesson, { ui, environment, tools, pace, signal, ready }: Surroundings): LabKeeper {
  const { say, style } = ui;
  let lab: Lab | null = null;

  const findOrStart = async (wanted: Pick<LabSpec, 'variant' | 'libc'>): Promise<Lab> => {
    const there = (await environment.labs()).find((l) => l.spec.lifetime === 'until-down' && isLike(l, wanted));
    if (there) return there;
    ui.print(style.dim(say('lab.starting')));
    return environment.up({ workload: lesson.workload, pace, lifetime: 'session', ...wanted }, signal);
  };

  /** Which of two tools runs decides on the lab, and on the command that is shown. What is lacking is told when it is run. */
  const look = async (step: Step) => {
    if (!environment.fits || tools[step.reads].standsIn === undefined) return;
    await ready(step).catch((error: unknown) => {
      if (!(error instanceof WorkshopError)) throw error;
    });
  };

  return {
    async need(step) {
      await look(step);
      const wanted = { variant: variantOf(lesson, step), ...environment.fits?.(step.reads) };
      if (lab && isLike(lab, wanted)) {
        const health = await lab.health();
        if (health.ok) return lab;
        if (health.reason === 'unreachable')
          throw new WorkshopError('kube.unreachable', { detail: lab.target.kube?.pod ?? '' });
        ui.print(say(health.reason === 'oom-killed' ? 'notice.oom-killed' : 'lab.over'));
      }
      const before = lab;
      lab = await findOrStart(wanted);
      present(lab, before, ui);
      // After the new one is up, so that what the old had mounted stays where it is.
      if (before?.spec.lifetime === 'session') await before.down();
      return lab;
    },
    last: () => lab,
    async end() {
      if (lab?.spec.lifetime !== 'session') return;
      await lab.down();
      ui.print(style.dim(say('lab.down')));
    },
  };
}

const isLike = ({ spec }: Lab, { variant, libc }: Pick<LabSpec, 'variant' | 'libc'>): boolean =>
  spec.variant === variant && spec.libc === libc;

/** Says what is up now, and what it is called instead of the lab before. */
function present({ target, place, spec, truth }: Lab, before: Lab | null, { print, say, style }: Ui): void {
  const { pid, kube } = target;
  print(style.dim(kube ? say('lab.up-pod', { pod: kube.pod, namespace: kube.namespace }) : say('lab.up', { pid })));
  if (kube) print(style.dim(say('lab.kube', { kubeconfig: place.env().KUBECONFIG ?? '' })));
  if (spec.pace === 'fast') print(style.dim(say('lab.fast', { period: truth.periodMs })));
  if (spec.libc) print(style.dim(say('lab.system-libc')));
  if (before) print(kube ? say('lab.new-pod', { pod: kube.pod }) : say('lab.new-pid', { old: before.target.pid, pid }));
}
