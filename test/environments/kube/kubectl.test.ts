import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ask, failure, kubeEnv, must } from '../../../runner/environments/kube/kubectl.ts';
import { access, faked, kubectl } from './faked.ts';

afterEach(() => vi.unstubAllEnvs());

const said = (out: string, more: object = {}) => ({
  code: 1,
  signal: null,
  timedOut: false,
  error: null,
  out,
  ...more,
});

describe('what went wrong', () => {
  it.each([
    [
      'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?',
      'kube.unreachable',
    ],
    ['Unable to connect to the server: dial tcp: lookup nowhere.example: no such host', 'kube.unreachable'],
    ['Unable to connect to the server: net/http: TLS handshake timeout', 'kube.unreachable'],
    ['Unable to connect to the server: x509: certificate signed by unknown authority', 'kube.unreachable'],
    ['dial tcp 10.0.0.1:443: i/o timeout', 'kube.unreachable'],
    ['error: Get "https://127.0.0.1:6443/api": EOF', 'kube.unreachable'],
    ['Error from server (Forbidden): pods is forbidden: User "learner" cannot list resource "pods"', 'kube.forbidden'],
    ['error: You must be logged in to the server (Unauthorized)', 'kube.forbidden'],
    ['Error from server (NotFound): namespaces "memleak-demo" not found', 'kube.failed'],
    ['error: unknown flag: --frob', 'kube.failed'],
    ['', 'kube.failed'],
  ])('%j is %s', (text, errorName) => {
    const error = failure(said(`${text}\n`), ['get', 'pods']);
    expect(error).toMatchObject({ errorName, exit: 4, values: { detail: text } });
    if (errorName !== 'kube.unreachable') expect(error.values.command).toBe('kubectl get pods');
  });
  it('is told by the last three lines', () => {
    expect(failure(said('Warning: forbidden\n1\n2\nerror: no\n'), ['x']).values.detail).toBe('1\n2\nerror: no');
    expect(failure(said('Warning: forbidden\n1\n2\nerror: no\n'), ['x'])).toMatchObject({ errorName: 'kube.failed' });
  });
  it('is no answer in time', () => {
    expect(failure(said('half an ans', { timedOut: true, code: null }), ['x'])).toMatchObject({
      errorName: 'kube.unreachable',
      values: { detail: 'no answer in time' },
    });
  });
  it('is that there is no kubectl', () => {
    expect(failure(said('', { error: 'ENOENT', code: null }), ['get', 'pods'])).toMatchObject({
      errorName: 'kube.failed',
      values: { detail: 'ENOENT' },
    });
  });
  it('names no more of a command than fits on a screen', () => {
    expect(failure(said('no'), ['x'.repeat(5000)]).values.command).toHaveLength(200);
  });
});

describe('kubectl', () => {
  it('is asked with our cluster’s kubeconfig, whatever the person’s is', async () => {
    const m = kubectl('yes\n');
    vi.stubEnv('KUBECONFIG', '/home/learner/.kube/config');
    expect(await ask(access, ['get', 'a  b'])).toEqual({
      code: 0,
      signal: null,
      timedOut: false,
      error: null,
      out: 'yes\n',
    });
    expect(m.calls()).toEqual(['/tmp/of-a-test.kubeconfig kubectl get a  b']);
  });
  it('is the one on PATH, or the one that we fetched', async () => {
    const m = kubectl('fetched\n');
    vi.stubEnv('XDG_CACHE_HOME', m.dir);
    mkdirSync(join(m.dir, 'ebpf-workshop/bin'), { recursive: true });
    renameSync(join(m.dir, 'kubectl'), join(m.dir, 'ebpf-workshop/bin/kubectl'));
    vi.stubEnv('PATH', '/nowhere');
    expect(kubeEnv(access)).toMatchObject({
      PATH: `/nowhere:${m.dir}/ebpf-workshop/bin`,
      KUBECONFIG: access.kubeconfig,
    });
    expect((await ask(access, [])).out).toBe('fetched\n');
  });
  it('reads what it is handed to its end', async () => {
    const m = faked('kubectl', 'cat >"$FAKE_BIN/read"');
    const input = `${'한글 $(id) \' "'.repeat(20_000)}\n`;
    expect(await must(access, ['create', '-f', '-'], { input })).toBe('');
    expect(readFileSync(join(m.dir, 'read'), 'utf8')).toBe(input);
  });
  it('that fails is an error only for who must have it', async () => {
    kubectl('error: no\n', 3);
    expect(await ask(access, ['x'])).toMatchObject({ code: 3, out: 'error: no\n' });
    await expect(must(access, ['x'])).rejects.toMatchObject({
      errorName: 'kube.failed',
      values: { detail: 'error: no', command: 'kubectl x' },
    });
  });
  it('that was interrupted is no failure of the cluster', async () => {
    kubectl('The connection was refused\n', 1);
    await expect(must(access, ['x'], { signal: AbortSignal.abort(new Error('interrupted')) })).rejects.toThrow(
      'interrupted',
    );
  });
});
