import type { EnvironmentKind } from '../../model/kinds.ts';
import type { Lang } from '../../words/index.ts';
import type { Lesson } from '../define.ts';
import type { Prose } from '../prose.ts';

/** One thing that is wrong; `line` is 1-based. */
export interface Mistake {
  file: string;
  line: number;
  text: string;
}

/** A lesson as read for linting; prose is null where it could not be parsed. */
export interface Read {
  id: string;
  lesson: Lesson;
  /** As it is in the default environment. */
  prose: Record<Lang, Prose | null>;
  /** The same lesson as it is in each environment. */
  everywhere: ReadonlyMap<EnvironmentKind, Record<Lang, Prose | null>>;
}
