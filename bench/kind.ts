// How long `up --env kind` takes over what it can't do without: a bare cluster and the same images. Needs Docker, kind and
// kubectl, and where there is no registry WORKSHOP_NODE_IMAGE. Images are built before the clock runs.
import { join } from 'node:path';
import { $ as shell } from 'zx/core';
import { IMAGES, type ImageName, refOf } from '../runner/environments/kube/images.ts';
import { nodeImage } from '../runner/environments/kind/settings.ts';
import { root } from '../runner/paths.ts';
import { report } from './lib/figures.ts';
import { learner, succeeding, workshop } from './lib/processes.ts';
import { interrupted } from './lib/rounds.ts';

const ROUNDS = 3;
const BARE = 'kind create cluster, kind load';
const FROM_NOTHING = 'up, from nothing';
const AGAIN = 'up, when it is up';
const DOWN = 'down';

const me = learner();
const name = `workshop-bench-${process.pid}`;
const bareName = `${name}-bare`;
const kubeconfig = join(me.env.TMPDIR as string, 'bare.kubeconfig');
for (const key of ['WORKSHOP_NODE_IMAGE', 'WORKSHOP_BASE_IMAGE', 'WORKSHOP_REGISTRY', 'DOCKER_HOST'])
  if (process.env[key]) me.env[key] = process.env[key] as string;
me.env.WORKSHOP_KIND_NAME = name;
const refs = (Object.keys(IMAGES) as ImageName[]).map(refOf);
const kept = (ref: string) => `${ref}-kept-${process.pid}`;

const $ = shell({ quiet: true });
async function timed(work: () => unknown): Promise<number> {
  interrupted.throwIfAborted();
  const began = performance.now();
  await work();
  return performance.now() - began;
}
const up = () => succeeding(workshop('up', '--env', 'kind', '--yes'), me.env);

const times = new Map<string, number[]>([BARE, FROM_NOTHING, AGAIN, DOWN].map((what) => [what, []]));
try {
  // Once without the clock: images are built, and `down`, which removes ours, leaves them under another name.
  await up();
  for (const ref of refs) await $`docker tag ${ref} ${kept(ref)}`;
  await succeeding(workshop('down'), me.env);
  for (let round = 0; round < ROUNDS; round++) {
    for (const ref of refs) await $`docker tag ${kept(ref)} ${ref}`;
    const bare = await timed(async () => {
      const how = ['--image', nodeImage(), '--kubeconfig', kubeconfig, '--config', join(root, 'k8s/kind.yaml')];
      await $`kind create cluster --name ${bareName} ${how}`;
      await $`kind load docker-image ${refs} --name ${bareName}`;
    });
    await $`kind delete cluster --name ${bareName} --kubeconfig ${kubeconfig}`;
    times.get(BARE)?.push(bare);
    times.get(FROM_NOTHING)?.push(await timed(up));
    times.get(AGAIN)?.push(await timed(up));
    times.get(DOWN)?.push(await timed(() => succeeding(workshop('down'), me.env)));
  }
} finally {
  await succeeding(workshop('down', '--all'), me.env).catch((error: Error) =>
    process.stderr.write(`${error.message}\n`),
  );
  // What was not there is none of our affair.
  await $`kind delete cluster --name ${bareName}`.nothrow();
  await $`docker image rm ${refs.map(kept)}`.nothrow();
  me.end();
}
process.stdout.write(
  report(
    times,
    BARE,
    new Map([
      [FROM_NOTHING, { times: 1.15 }],
      [AGAIN, { ms: 2000 }],
      [DOWN, { times: 1 }],
    ]),
  ),
);
process.stdout.write(
  '`up` also starts the toolbox and the service and waits until both are ready. `down` has no target of its own.\n',
);
