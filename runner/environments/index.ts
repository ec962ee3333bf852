import type { Environment, Opening } from '../model/environment.ts';
import type { EnvironmentKind } from '../model/kinds.ts';
import type { Site } from '../model/place.ts';

interface Entry {
  site: Site;
  /** Another one, whose prose holds here as well: what a lesson says for that one alone, and a word of its own besides. */
  readsAs?: EnvironmentKind;
  load(): Promise<Environment>;
}

/** Every environment there is, by kind, the default first; each is loaded when it is used, for a list needs none. */
const environments: Record<EnvironmentKind, Entry> = {
  host: { site: 'machine', load: async () => (await import('./host/index.ts')).host },
  kind: { site: 'cluster', load: async () => (await import('./kind/index.ts')).kind },
  cluster: { site: 'cluster', load: async () => (await import('./cluster/index.ts')).cluster },
};

export const ENVIRONMENTS = Object.keys(environments) as [EnvironmentKind, ...EnvironmentKind[]];
export const [DEFAULT_ENVIRONMENT] = ENVIRONMENTS;

/** Where its tools run, known without loading it. */
export const siteOf = (kind: EnvironmentKind): Site => environments[kind].site;

/** The environments whose prose holds in this one. */
export const proseOf = (kind: EnvironmentKind): EnvironmentKind[] => [kind, environments[kind].readsAs ?? kind];

const used = new Map<EnvironmentKind, Environment>();

export async function environmentOf(kind: EnvironmentKind): Promise<Environment> {
  const environment = await environments[kind].load();
  used.set(kind, environment);
  return environment;
}

/** Closes those that were used; resolves to what could not be. */
export async function closeAll(onStage: Opening['onStage']): Promise<Error[]> {
  const closed = await Promise.allSettled([...used.values()].map((environment) => environment.close(onStage)));
  return closed.flatMap((c) => (c.status === 'rejected' ? [c.reason as Error] : []));
}
