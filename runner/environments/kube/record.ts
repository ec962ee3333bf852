import * as z from 'zod';
import type { EnvironmentKind } from '../../model/kinds.ts';
import { alive } from '../../process.ts';
import { common, type LabStore, labStore } from '../lab-records.ts';

/** As Kubernetes names things; nothing that kubectl could take for an option. */
export const name = z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);

/** A lab in a cluster: a Deployment of ours by this name. Its pod is looked up when it is needed, for Kubernetes may replace it. */
const schema = <Kind extends EnvironmentKind>(environment: Kind) =>
  z.strictObject({
    ...common,
    environment: z.literal(environment),
    kubeconfig: z.string(),
    namespace: name,
    tools: name,
    deployment: name,
    /** The pod and the container that the lab began with; null until they are there. */
    began: z.strictObject({ pod: name, containerId: z.string() }).nullable(),
  });

export type KubeRecord = Readonly<z.infer<ReturnType<typeof schema<EnvironmentKind>>>>;

/** The labs of one kind of cluster. */
export const kubeLabs = (environment: EnvironmentKind): LabStore<KubeRecord> =>
  labStore(environment, schema(environment));

/** Whether it was left behind. Kubernetes starts a pod again by itself: a lab of `up` is lost only where it was never made. */
export const isOrphan = ({ lifetime, owner, began }: KubeRecord): boolean =>
  (lifetime === 'session' || began === null) && !alive(owner);
