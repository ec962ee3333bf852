import type { KubeTarget, Where, Word } from '../../model/lab.ts';

type Destination = { nodePid: Word } & Pick<KubeTarget, 'namespace' | 'pod' | 'tools' | 'toolbox'>;

/** A command as it reaches the pod that it is for. `-i` lets the guard there notice that nobody reads any more. */
export function typedInPod(
  { namespace, pod, nodePid, tools, toolbox }: Destination,
  argv: readonly string[],
  where: Where,
): string[] {
  if (where === 'pod') return ['kubectl', '-n', namespace, 'exec', pod, '--', ...argv];
  if (where === 'toolbox') return ['kubectl', '-n', tools, 'exec', toolbox, '--', ...argv];
  return [
    'kubectl',
    '-n',
    tools,
    'exec',
    '-i',
    toolbox,
    '--',
    ...(where === 'target' ? ['in-pidns', String(nodePid)] : ['guarded']),
    ...argv,
  ];
}
