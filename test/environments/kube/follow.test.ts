import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { follow } from '../../../runner/environments/kube/follow.ts';
import { access, faked } from './faked.ts';

afterEach(() => vi.unstubAllEnvs());

const WRITTEN = 'lines 3\nready health=8080 metrics=9090\n+ 1 0xa 1048576\n+ 2 0xb 1048576\n';
/** A ledger with what is written, then what comes each time `$FAKE_BIN/go` is there; then it ends. */
const growing = (more: string, end = 'exit 0') =>
  faked(
    'kubectl',
    `printf '%s' "$FAKE_WRITTEN"; until [ -e "$FAKE_BIN/go" ]; do sleep 0.02; done; printf '%s' "$FAKE_MORE"; ${end}`,
    { FAKE_WRITTEN: WRITTEN, FAKE_MORE: more },
  );
const go = (m: { dir: string }) => writeFileSync(`${m.dir}/go`, '');

describe('the ledger of a pod', () => {
  it('is caught up with once all that was written is read', async () => {
    const m = growing('');
    const follower = follow(access, 'leaker-1');
    await follower.caughtUp;
    expect(follower.ledger).toMatchObject({ ready: { health: '8080', metrics: '9090' }, allocations: 2, frees: 0 });
    expect(follower.live()).toBe(true);
    await follower.stop();
    expect(m.calls()[0]).toContain(' -n memleak-demo exec leaker-1 -c leaker -- sh -c ');
  });
  it('is awaited as it grows', async () => {
    const m = growing('+ 3 0xc 1048576\n- 4 0xa 1048576\n', 'exec sleep 60');
    const follower = follow(access, 'leaker-1');
    await follower.until((l) => l.allocations >= 2);
    const third = follower.until((l) => l.frees === 1);
    go(m);
    await third;
    expect(follower.ledger).toMatchObject({ allocations: 3, frees: 1 });
    await follower.stop();
  });
  it('that ends with its container fails who waits for more', async () => {
    const m = growing('stop\n');
    const follower = follow(access, 'leaker-1');
    const never = follower.until((l) => l.allocations >= 99);
    go(m);
    await expect(never).rejects.toMatchObject({ errorName: 'lab.died' });
    expect(follower.live()).toBe(false);
    expect(follower.ledger.stopped).toBe(true);
    await expect(follower.until((l) => l.allocations >= 99)).rejects.toMatchObject({ errorName: 'lab.died' });
    await follower.until((l) => l.allocations === 2);
  });
  it('that cannot be read is caught up with, and dead', async () => {
    faked('kubectl', 'echo "Error from server (NotFound): pods \\"leaker-1\\" not found"; exit 1');
    const follower = follow(access, 'leaker-1');
    await follower.caughtUp;
    expect([follower.live(), follower.ledger.allocations]).toEqual([false, 0]);
  });
  it('is not awaited by who was interrupted', async () => {
    growing('');
    const follower = follow(access, 'leaker-1');
    const interrupt = new AbortController();
    const waiting = follower.until((l) => l.allocations >= 99, interrupt.signal);
    interrupt.abort(new Error('interrupted'));
    await expect(waiting).rejects.toThrow('interrupted');
    await expect(follower.until(() => true, interrupt.signal)).rejects.toThrow('interrupted');
    await follower.stop();
  });
});
