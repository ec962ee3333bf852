import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verify } from '../../schemas/verify.ts';
import { namespaceWith } from './namespace.ts';
import { eventually, root, type World, world } from './world.ts';

/** Moments tried, spread over what a short verify takes; each costs a start and an end. */
const KILLS = 8;
const KILLED_WITHIN_MS = 6000;

interface Side {
  w: World;
  namespace: Awaited<ReturnType<typeof namespaceWith>>;
  /** Whether tracefs was mounted before anything was run. */
  before: boolean;
}

// Only root enters a namespace of mounts and stays who it is; others meet their machine's own mounts in every other file.
describe.runIf(process.getuid?.() === 0)('where tracefs is mounted, and where it is not,', () => {
  let sides: Side[];
  beforeAll(async () => {
    sides = await Promise.all(
      (['absent', 'mounted'] as const).map(async (state) => {
        const namespace = await namespaceWith(state);
        return { namespace, w: world(undefined, namespace), before: state === 'mounted' };
      }),
    );
    for (const { w, before } of sides) expect(w.tracefs()).toBe(before);
  });
  afterAll(async () => {
    await Promise.all(sides.map(({ w }) => w.end()));
    for (const { namespace } of sides) namespace.end();
  });
  /** At once: they see nothing of each other's mounts, and wait most of their time. */
  const onBoth = (act: (side: Side) => Promise<void>) => Promise.all(sides.map(act));

  test('what verify mounts is gone with its last lab', () =>
    onBoth(async ({ w, before }) => {
      const { code, out, err } = await w.run(['verify', '3', '--pace', 'fast', '--retry', '--json']);
      expect(code, err).toBe(0);
      expect(verify.parse(JSON.parse(out)).leftovers).toEqual([]);
      expect(w.tracefs()).toBe(before);
    }));

  test('it stays as long as another runner needs it, and goes with the last one though that was killed', () =>
    onBoth(async ({ w, before }) => {
      const first = w.start(['tour']);
      await first.until(/watching malloc and free/);
      expect(w.tracefs()).toBe(true);
      const second = w.start(['tour']);
      await second.until(/watching malloc and free/);
      expect(await first.done).toMatchObject({ code: 0 });
      expect(w.tracefs()).toBe(true);
      process.kill(second.pid, 'SIGKILL');
      await second.done;
      await eventually('unmounted without anybody asking', () => w.tracefs() === before, 10_000);
      // Of the lab its folder is left, and nothing that runs.
      expect((await w.json(['down'])) as unknown).toMatchObject({ orphans: [expect.any(String)] });
    }));

  test('a runner killed at any moment leaves no mount, no service and no tracer', () =>
    onBoth(async ({ w, before }) => {
      for (let n = 0; n < KILLS; n++) {
        const { pid, done } = w.start(['verify', '3', '--pace', 'fast']);
        await new Promise((resolve) => setTimeout(resolve, ((n + Math.random()) * KILLED_WITHIN_MS) / KILLS));
        process.kill(pid, n % 3 === 2 ? 'SIGQUIT' : 'SIGKILL');
        await done;
        await eventually(
          `nothing left of kill ${n}`,
          () => w.tracefs() === before && w.processes().length === 0,
          10_000,
        );
      }
      await w.run(['down']);
    }));

  test('a service whose record cannot be read is told of, and ended by down', () =>
    onBoth(async ({ w }) => {
      const { id } = (await w.json(['up', '--pace', 'fast'])) as unknown as {
        id: string;
        target: { pid: number };
      };
      const dir = join(w.dir, 'state/ebpf-workshop/labs', id);
      for (const record of readdirSync(dir).filter((name) => name.startsWith('record.')))
        writeFileSync(join(dir, record), '{"version": 7, "from": "a later release"}');
      const down = await w.json(['down']);
      expect(down as unknown).toMatchObject({
        removed: [id],
        orphans: [id],
        setAside: [expect.any(String), expect.any(String)],
      });
      expect(w.processes()).toEqual([]);
    }));

  test('a tracer that does nothing without it is tried with it', () =>
    onBoth(async ({ w, before }) => {
      const fake = (name: string) => join(root, 'test/fixtures/bin', name);
      const { findings } = (await w.json(['doctor'], {
        WORKSHOP_BPFTRACE: fake('bpftrace'),
        FAKE_VERSION: 'bpftrace v0.27.1',
        FAKE_RECORDING: '0.27.1/malloc-stacks.txt',
        FAKE_TRACEFS: '1',
        // Of the others nothing is asked here.
        WORKSHOP_MEMLEAK: fake('memleak'),
        WORKSHOP_BCC: fake('bcc'),
      })) as unknown as { findings: { id: string; state: string }[] };
      expect(findings).toContainEqual(expect.objectContaining({ id: 'functional', state: 'ok' }));
      expect(w.tracefs()).toBe(before);
    }));
});
