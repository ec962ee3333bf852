import type { Environment, EnvironmentKind } from './axis.ts';
import { host } from './host/index.ts';

/** Every environment there is, by kind. */
export const environments = { host } satisfies Record<EnvironmentKind, Environment>;
