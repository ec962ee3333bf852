import type { Environment, Opening } from '../model/environment.ts';
import type { EnvironmentKind } from '../model/lab.ts';

/** Every environment there is, by kind; loaded when it is used, for a list needs none. */
const environments = {
  host: async () => (await import('./host/index.ts')).host,
  kind: async () => (await import('./kind/index.ts')).kind,
  cluster: async () => (await import('./cluster/index.ts')).cluster,
} satisfies Record<EnvironmentKind, () => Promise<Environment>>;

const used = new Map<EnvironmentKind, Environment>();

export async function environmentOf(kind: EnvironmentKind): Promise<Environment> {
  const environment = await environments[kind]();
  used.set(kind, environment);
  return environment;
}

/** Closes those that were used; resolves to what could not be. */
export async function closeAll(onStage: Opening['onStage']): Promise<Error[]> {
  const closed = await Promise.allSettled([...used.values()].map((environment) => environment.close(onStage)));
  return closed.flatMap((c) => (c.status === 'rejected' ? [c.reason as Error] : []));
}
