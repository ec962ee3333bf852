import { afterEach, describe, expect, it, vi } from 'vitest';
import { docker, dockerAnswers, dockerFailure } from '../../../runner/environments/kube/docker.ts';
import { faked } from '../kube/faked.ts';

afterEach(() => vi.unstubAllEnvs());

describe('what went wrong with Docker', () => {
  it.each([
    ['ENOENT', 'docker.missing'],
    ['sh: docker: command not found', 'docker.missing'],
    [
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: dial unix /var/run/docker.sock: connect: permission denied',
      'docker.refused',
    ],
    ['Got permission denied while trying to connect to the Docker daemon socket', 'docker.refused'],
    [
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'docker.unreachable',
    ],
    ['error during connect: Get "http://x/v1.47/info": EOF', 'docker.unreachable'],
    ['write /var/lib/docker/tmp/x: no space left on device', 'docker.no-space'],
    ['failed to solve: process "/bin/sh -c make" did not complete: permission denied', 'docker.failed'],
    ['Error response from daemon: No such image: x', 'docker.failed'],
    ['', 'docker.failed'],
  ])('%j is %s', (text, errorName) => {
    expect(dockerFailure(`${text}\n`, ['build', '.'])).toMatchObject({ errorName, exit: 4 });
  });
  it('is told by its last four lines, and the command in short', () => {
    expect(dockerFailure('1\n2\n3\n4\n5\n', ['build', 'x'.repeat(500)]).values).toEqual({
      detail: '2\n3\n4\n5',
      command: `docker build ${'x'.repeat(147)}`,
    });
  });
  it('is found in all it printed', () => {
    expect(dockerFailure('no space left on device\n1\n2\n3\n4\n', ['build'])).toMatchObject({
      errorName: 'docker.no-space',
      values: { detail: '1\n2\n3\n4' },
    });
  });
});

describe('docker', () => {
  it('is run to its end, and what it printed is its answer', async () => {
    const m = faked('docker', 'echo "$#: $2"');
    expect(await docker(['ps', '{{.Names}}\t{{.State}}'])).toBe('2: {{.Names}}\t{{.State}}\n');
    expect(m.calls()).toHaveLength(1);
    expect(await dockerAnswers()).toBe(true);
  });
  it('that fails is an error', async () => {
    faked('docker', 'echo "Error response from daemon: no" >&2; exit 1');
    await expect(docker(['pull', 'x'])).rejects.toMatchObject({
      errorName: 'docker.failed',
      values: { command: 'docker pull x', detail: 'Error response from daemon: no' },
    });
    expect(await dockerAnswers()).toBe(false);
  });
  it('that is not installed is said so', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(docker(['info'])).rejects.toMatchObject({ errorName: 'docker.missing' });
    expect(await dockerAnswers()).toBe(false);
  });
  it('that was interrupted is no failure of Docker', async () => {
    faked('docker', 'exec sleep 60');
    await expect(docker(['build'], { signal: AbortSignal.abort(new Error('interrupted')) })).rejects.toThrow(
      'interrupted',
    );
  });
});
