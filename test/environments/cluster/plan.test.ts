import { afterEach, describe, expect, it, vi } from 'vitest';
import { planFor } from '../../../runner/environments/cluster/plan.ts';
import { access, faked } from '../kube/faked.ts';

afterEach(() => vi.unstubAllEnvs());

/** A cluster where nothing may be done of `no`, and where `gone` are not there. Each is a pattern of what kubectl is asked. */
const LINES = `
case "$*" in
*"auth can-i"*) if printf '%s\\n' "$*" | grep -Eq -- "$FAKE_NO"; then echo no; exit 1; else echo yes; fi ;;
*"get namespace "*) if printf '%s\\n' "$*" | grep -Eq -- "$FAKE_GONE"; then echo 'Error from server (NotFound): namespaces "x" not found'; exit 1; else printf '%s' "$FAKE_READ"; fi ;;
*"get pods"*) printf '%s' "$FAKE_TOOLBOX" ;;
*"--dry-run=server"*) cat >/dev/null; printf '%s' "$FAKE_DRY"; [ -z "$FAKE_DRY" ] ;;
*) echo "changes something: $*" >&2; exit 9 ;;
esac`;
async function plan({ no = '^$', gone = '^$', toolbox = '', dry = '' } = {}) {
  const m = faked('kubectl', LINES, { FAKE_NO: no, FAKE_GONE: gone, FAKE_TOOLBOX: toolbox, FAKE_DRY: dry });
  return { ...(await planFor(access)), calls: m.calls() };
}

describe('in somebody else’s cluster', () => {
  it('where all is there, nothing is made', async () => {
    expect(await plan({ toolbox: 'toolbox-x' })).toMatchObject({ make: [], toolbox: 'there', lacking: [] });
  });
  it('where nothing is there, all is made', async () => {
    expect(await plan({ gone: '.' })).toMatchObject({
      make: ['namespace', 'tools-namespace', 'toolbox'],
      toolbox: 'to-make',
      lacking: [],
    });
  });
  it('what is there is not made again', async () => {
    expect(await plan({ gone: 'memleak-tools' })).toMatchObject({
      make: ['tools-namespace', 'toolbox'],
      toolbox: 'to-make',
    });
    expect(await plan({ gone: 'memleak-demo' })).toMatchObject({ make: ['namespace', 'toolbox'], toolbox: 'to-make' });
    expect(await plan({ gone: 'memleak-demo', toolbox: 'toolbox-x' })).toMatchObject({
      make: ['namespace'],
      toolbox: 'there',
    });
  });
  it('nothing is changed by looking', async () => {
    const { calls } = await plan({ gone: '.' });
    expect(calls.length).toBeGreaterThan(8);
    for (const call of calls) expect(call).toMatch(/ kubectl (-n \S+ )?(auth can-i|get|create --dry-run=server) /);
  });
});

describe('a right that a lab takes', () => {
  it.each([
    ['create deployments', 'can-i create deployments', 'create deployments (memleak-demo)'],
    ['watch pods', 'can-i watch pods', 'watch pods (memleak-demo)'],
    ['exec', 'can-i create pods --subresource=exec', 'create pods/exec (memleak-demo)'],
    ['reading through the API server', 'can-i get pods --subresource=proxy', 'get pods/proxy (memleak-demo)'],
  ])('(%s) is named where it lacks', async (_, no, lacking) => {
    expect((await plan({ no, toolbox: 'toolbox-x' })).lacking).toEqual([lacking]);
  });
  it('of making its namespace is named where there is none', async () => {
    expect(await plan({ no: 'can-i create namespaces', gone: 'memleak-demo' })).toMatchObject({
      make: [],
      lacking: ['create namespaces (memleak-demo)'],
    });
    expect(await plan({ no: 'can-i create namespaces', toolbox: 'toolbox-x' })).toMatchObject({
      make: [],
      lacking: [],
    });
  });
});

describe('the toolbox is not for us to make', () => {
  it.each([
    ['without the right to', { no: 'can-i create daemonsets' }],
    ['without the right to its namespace', { no: 'can-i create namespaces', gone: 'memleak-tools' }],
    [
      'where its namespace would not let it in',
      {
        dry: 'Error from server (Forbidden): pods "toolbox-try" is forbidden: violates PodSecurity "restricted:latest"',
      },
    ],
  ])('%s, and labs go on without it', async (_, how) => {
    expect(await plan(how)).toMatchObject({ make: [], toolbox: 'not-allowed', lacking: [] });
  });
  it('but one that is there is used all the same', async () => {
    expect(await plan({ no: 'daemonsets|namespaces', toolbox: 'toolbox-x' })).toMatchObject({
      toolbox: 'there',
      lacking: [],
    });
  });
});

describe('a cluster', () => {
  it('that does not answer is said so', async () => {
    faked('kubectl', 'echo "Unable to connect to the server: i/o timeout"; exit 1');
    await expect(planFor(access)).rejects.toMatchObject({ errorName: 'kube.unreachable' });
  });
  it('where namespaces may not be read has ours, as far as we know', async () => {
    faked(
      'kubectl',
      'case "$*" in *can-i*) echo yes ;; *"get namespace"*) echo "Error from server (Forbidden): namespaces is forbidden"; exit 1 ;; *"get pods"*) echo toolbox-x ;; esac',
    );
    expect(await planFor(access)).toEqual({ make: [], toolbox: 'there', lacking: [] });
  });
});
