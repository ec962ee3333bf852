import { describe, expect, it } from 'vitest';
import { typedInPod } from '../../runner/environments/kube/typed.ts';
import type { Where } from '../../runner/model/lab.ts';

const at = { namespace: 'memleak-demo', pod: 'leaker-1', nodePid: 21873, tools: 'memleak-tools', toolbox: 'toolbox-x' };
const typed = (where: Where, ...argv: string[]) => typedInPod(at, argv, where);

describe('a command for a pod is typed', () => {
  it.each<[Where, string[]]>([
    [
      'target',
      ['kubectl', '-n', 'memleak-tools', 'exec', '-i', 'toolbox-x', '--', 'in-pidns', '21873', 'bpftrace', '-p', '1'],
    ],
    ['node', ['kubectl', '-n', 'memleak-tools', 'exec', '-i', 'toolbox-x', '--', 'guarded', 'bpftrace', '-p', '1']],
    ['toolbox', ['kubectl', '-n', 'memleak-tools', 'exec', 'toolbox-x', '--', 'bpftrace', '-p', '1']],
    ['pod', ['kubectl', '-n', 'memleak-demo', 'exec', 'leaker-1', '--', 'bpftrace', '-p', '1']],
  ])('at its %s', (where, argv) => {
    expect(typed(where, 'bpftrace', '-p', '1')).toEqual(argv);
  });
  it.each<Where>(['target', 'node', 'toolbox', 'pod'])(
    'at its %s with its words as they are, none of them kubectl’s',
    (where) => {
      const words = ['-it', '--', '--all-namespaces', '', 'a  b', "'; exit", '$(id)', '\n'];
      const argv = typed(where, ...words);
      expect(argv.slice(-words.length)).toEqual(words);
      expect(argv.indexOf('--')).toBeLessThan(argv.length - words.length);
    },
  );
  it('with stdin kept open exactly where a guard waits for its end', () => {
    for (const where of ['target', 'node'] as const) expect(typed(where, 'x')).toContain('-i');
    for (const where of ['toolbox', 'pod'] as const) expect(typed(where, 'x')).not.toContain('-i');
  });
});
