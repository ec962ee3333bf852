import type { ErrorBlanks, ErrorName } from './words/index.ts';

export type { ErrorName } from './words/index.ts';

export const EXIT = {
  ok: 0,
  checkFailed: 1,
  usage: 2,
  fault: 3,
  environment: 4,
  nothingRan: 5,
  interrupted: 130,
  terminated: 143,
} as const;

/**
 * How the program ends with each failure that a person meets. Names are permanent; they are those in the words, which say
 * what happened, why, what to do next, and what state things were left in.
 */
const exits = {
  'usage.unknown-command': EXIT.usage,
  'usage.unknown-option': EXIT.usage,
  'usage.missing-value': EXIT.usage,
  'usage.needless-value': EXIT.usage,
  'usage.missing-argument': EXIT.usage,
  'usage.needless-argument': EXIT.usage,
  'usage.bad-value': EXIT.usage,
  'usage.needs-terminal': EXIT.usage,
  'usage.lesson-exists': EXIT.usage,
  'usage.unknown-lesson': EXIT.usage,
  'usage.unknown-step': EXIT.usage,
  'usage.which-step': EXIT.usage,
  'usage.no-transcript': EXIT.usage,
  'usage.unreadable-file': EXIT.usage,
  'export.which': EXIT.usage,
  'export.several': EXIT.usage,
  'export.no-process': EXIT.environment,
  'export.no-address': EXIT.environment,
  'export.cannot-trace': EXIT.environment,
  'judge.empty': EXIT.nothingRan,
  'judge.binary': EXIT.usage,
  'judge.unknown': EXIT.nothingRan,
  'session.locked': EXIT.environment,
  'session.disk': EXIT.environment,
  'session.not-own': EXIT.environment,
  'lab.none': EXIT.environment,
  'lab.no-compiler': EXIT.environment,
  'lab.build-failed': EXIT.environment,
  'lab.no-static-libc': EXIT.environment,
  'lab.start-failed': EXIT.environment,
  'lab.died': EXIT.environment,
  'lab.still-there': EXIT.environment,
  'lab.still-mounted': EXIT.environment,
  'lab.tracer-stays': EXIT.environment,
  'tool.missing': EXIT.environment,
  'tool.unusable': EXIT.environment,
  'tool.build-failed': EXIT.environment,
  'sudo.missing': EXIT.environment,
  'sudo.refused': EXIT.environment,
  'sudo.some': EXIT.environment,
  'sudo.no-terminal': EXIT.environment,
  'install.forbidden': EXIT.environment,
  'install.failed': EXIT.environment,
  'shipped.no-package': EXIT.environment,
  'docker.missing': EXIT.environment,
  'docker.refused': EXIT.environment,
  'docker.unreachable': EXIT.environment,
  'docker.no-space': EXIT.environment,
  'docker.failed': EXIT.environment,
  'kind.name-taken': EXIT.environment,
  'kind.being-made': EXIT.environment,
  'kind.other-bundle': EXIT.environment,
  'kind.no-bundle': EXIT.environment,
  'kind.bundle-cut': EXIT.environment,
  'kind.bundle-damaged': EXIT.environment,
  'kind.not-saved': EXIT.environment,
  'cluster.not-confirmed': EXIT.usage,
  'cluster.other-part': EXIT.usage,
  'cluster.no-context': EXIT.environment,
  'kube.not-open': EXIT.environment,
  'kube.unreachable': EXIT.environment,
  'kube.forbidden': EXIT.environment,
  'kube.failed': EXIT.environment,
  'kube.no-image': EXIT.environment,
  'kube.no-node': EXIT.environment,
  'kube.no-toolbox': EXIT.environment,
  'kube.no-worker': EXIT.environment,
  'lesson.invalid': EXIT.fault,
  'verify.nothing-ran': EXIT.nothingRan,
} as const satisfies Record<ErrorName, number>;

/** What fills an error's words: texts, all of them and no other. `dir` is ours to say, unless it is another than usual. */
type Filling<Blank extends string> = [Exclude<Blank, 'dir'>] extends [never]
  ? []
  : [values: Record<Exclude<Blank, 'dir'>, string> & Partial<Record<Extract<Blank, 'dir'>, string>>];

/** An error for the person at the terminal. `values` fill the words; `exit` comes from the table above. */
export class WorkshopError<Name extends ErrorName = ErrorName> extends Error {
  readonly errorName: ErrorName;
  readonly values: Readonly<Record<string, string>>;
  readonly exit: number;
  constructor(name: Name, ...[values]: Filling<ErrorBlanks<Name>>) {
    super(`${name} ${Object.values(values ?? {}).join(' ')}`.trim());
    this.name = 'WorkshopError';
    this.errorName = name;
    this.values = values ?? {};
    this.exit = exits[name];
  }
}
