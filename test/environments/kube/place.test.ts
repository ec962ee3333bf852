import { afterEach, describe, expect, it, vi } from 'vitest';
import { localPlace, toolboxPlace } from '../../../runner/environments/kube/place.ts';
import { reading, textOf } from '../../exec/fixtures.ts';
import { access, faked } from './faked.ts';

afterEach(() => vi.unstubAllEnvs());

/** A kubectl that is gone at once by a signal, as the real one is; what it runs elsewhere hears of the end of stdin alone. */
const LISTENING =
  'trap "echo signalled; exit 130" INT TERM; echo ready; while read -r word; do echo "$word"; done; echo hung up';

describe('where the learner types kubectl', () => {
  it('has our cluster’s kubeconfig, and what is typed as it is', async () => {
    const m = faked('kubectl', 'echo "$#"');
    expect(await textOf(localPlace(access).exec(['kubectl', 'get', 'a  b'], { elevated: true }))).toBe('2\n');
    expect(m.calls()).toEqual(['/tmp/of-a-test.kubeconfig kubectl get a  b']);
  });
  it('has what a step adds to the environment', async () => {
    faked('kubectl', '');
    expect(
      await textOf(
        localPlace(access).exec(['sh', '-c', 'echo "$TARGET_PID $KUBECONFIG"'], { env: { TARGET_PID: '1' } }),
      ),
    ).toBe('1 /tmp/of-a-test.kubeconfig\n');
  });
  it.each([
    ['as it is', ['kubectl', '-n', 'x', 'exec', '-i', 'toolbox-x', '--', 'y']],
    ['in a shell', ['bash', '-c', 'kubectl -n x exec -i toolbox-x -- y "$(echo 1)"']],
  ])('hangs up on what runs in a pod, typed %s, before it sends a signal', async (_, argv) => {
    faked('kubectl', LISTENING);
    const running = localPlace(access).exec(argv);
    const { until, rest } = reading(running);
    await until(/ready/);
    await running.stop();
    expect(await rest).toBe('ready\nhung up\n');
    expect((await running.ended).code).toBe(0);
  });
  it('sends a signal to what runs here', async () => {
    const running = localPlace(access).exec([
      'sh',
      '-c',
      'trap "echo signalled; exit 130" INT; echo ready; while :; do sleep 0.02; done',
    ]);
    const { until, rest } = reading(running);
    await until(/ready/);
    await running.stop();
    expect(await rest).toBe('ready\nsignalled\n');
  });
});

describe('the toolbox', () => {
  it('runs a command in its pod, word by word, and hangs up on it', async () => {
    const m = faked('kubectl', LISTENING);
    const running = toolboxPlace(access, 'toolbox-x').exec(['bpftrace', '-e', 'BEGIN { }'], {
      elevated: true,
      cwd: '/nowhere',
      env: { A: 'b' },
    });
    const { until, rest } = reading(running);
    await until(/ready/);
    await running.stop();
    expect(await rest).toBe('ready\nhung up\n');
    expect(m.calls()).toEqual([
      '/tmp/of-a-test.kubeconfig kubectl -n memleak-tools exec -i toolbox-x -- bpftrace -e BEGIN { }',
    ]);
  });
  it('says where a program is there, or that it is not', async () => {
    faked('kubectl', 'case "$*" in *" which bpftrace") echo /usr/local/bin/bpftrace ;; *) exit 1 ;; esac');
    const place = toolboxPlace(access, 'toolbox-x');
    expect([await place.which('bpftrace'), await place.which('frob')]).toEqual(['/usr/local/bin/bpftrace', null]);
  });
});
