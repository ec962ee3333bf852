import type { KubeTarget, Where } from '../../model/lab.ts';

/** A command as it reaches the pod that it is for. `-i` lets the guard there notice that nobody reads any more. */
export function typedInPod(
  { namespace, pod, nodePid, tools, toolbox }: Pick<KubeTarget, 'namespace' | 'pod' | 'nodePid' | 'tools' | 'toolbox'>,
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
