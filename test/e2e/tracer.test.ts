import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from '../../runner/model/lab.ts';
import { host } from '../../runner/environments/host/index.ts';
import { factsOf } from '../../runner/lesson/facts.ts';
import { elevated } from './roots.ts';
import {
  builtTracer,
  bySymbol,
  compiled,
  hasMode,
  holds,
  isAttached,
  isSnapshot,
  type Line,
  only,
  Run,
  type Snapshot,
  siteOf,
} from './tracing.ts';
import { root, type World, world } from './world.ts';

let w: World;
let memleak: string;
beforeAll(() => {
  w = world();
  for (const name of ['XDG_STATE_HOME', 'XDG_CACHE_HOME']) process.env[name] = w.env[name];
  memleak = builtTracer(w);
}, 120_000);
afterAll(() => w.end());

async function inLab<T>(variant: string, work: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await host.up({ workload: 'stealth-leaker', variant, pace: 'fast', lifetime: 'session' });
  try {
    return await work(lab);
  } finally {
    await lab.down();
  }
}

const trace = (lab: Lab, ...args: string[]) =>
  new Run([memleak, '-p', String(lab.target.pid), '--json', '-i', '0.2', ...args]);
/** Ids of the programs that a tracer holds, or that the sudo before it does. */
const programsOf = ({ process: { pid } }: Run) =>
  [
    ...execFileSync(
      ...elevated(
        'bash',
        '-c',
        'for p in "$1" $(pgrep -P "$1"); do cat /proc/$p/fdinfo/*; done 2>&1',
        'of',
        String(pid),
      ),
      { encoding: 'utf8' },
    ).matchAll(/^prog_id:\s+(\d+)$/gm),
  ].map(([, id]) => id);
/** Those of them that are in the kernel: others trace on this machine, too. */
const loaded = (ids: (string | undefined)[]) => {
  const all = execFileSync(...elevated('/usr/sbin/bpftool', 'prog', 'show'), { encoding: 'utf8' });
  const there = new Set([...all.matchAll(/^(\d+): /gm)].map(([, id]) => id));
  return ids.filter((id) => there.has(id));
};

describe.each(['session', 'multi', 'perf'])('attached by %s', (mode) => {
  const others = !hasMode(mode);
  test.skipIf(others)('names the function, with the blocks that the ledger has, and no tracefs to be seen', () =>
    inLab('leaker', async (lab) => {
      const hidden = [
        'mount -t tmpfs tmpfs /sys/kernel/tracing',
        'mount -t tmpfs tmpfs /sys/kernel/debug',
        'exec "$@"',
      ].join('; ');
      const run = new Run([
        'unshare',
        '--mount',
        'bash',
        '-c',
        hidden,
        'memleak',
        memleak,
        '-p',
        String(lab.target.pid),
        '--json',
        '--blocks',
        '-i',
        '0.2',
        '--attach',
        mode,
      ]);
      expect(await run.line(isAttached)).toMatchObject({ mode });
      const before = await lab.allocated();
      await lab.allocations(8);
      const least = (await lab.allocated()) - before;
      process.kill(run.process.pid as number, 'SIGINT');
      expect(await run.ended, run.err).toBe(0);
      const { last } = run;
      expect(last).toMatchObject({ final: true, lost: { blocks: 0, sites: 0, stacks: 0, calls: 0, missed_frees: 0 } });
      const [site] = last.sites;
      expect(siteOf(run, site?.site).stack[0]?.symbol).toBe('memory_leak_thread');
      expect(site).toMatchObject({
        common_size: 1048576,
        frees: 0,
        outstanding_bytes: 1048576 * (site?.outstanding_count ?? 0),
      });
      // Between the signal and the last list it goes on.
      expect(site?.outstanding_count).toBeGreaterThanOrEqual(least - 2);
      expect(site?.outstanding_count).toBeLessThanOrEqual((await lab.allocated()) - before + 2);
      expect(last.blocks?.length).toBe(site?.outstanding_count);
      expect(run.lines.at(-1)).toMatchObject({ type: 'end', reason: 'signal' });
    }),
  );

  test.skipIf(others)('sees a healthy twin give back', () =>
    inLab('twin', async (lab) => {
      const run = trace(lab, '--attach', mode, '-d', '3');
      expect(await run.ended).toBe(0);
      const [site] = run.last.sites;
      expect(site?.allocs).toBeGreaterThanOrEqual(7);
      expect(site?.outstanding_count).toBeLessThanOrEqual(4);
    }),
  );
});

describe('how it ends', () => {
  test('with the process', () =>
    inLab('leaker', async (lab) => {
      const run = trace(lab);
      await run.line(holds(3));
      process.kill(lab.target.pid, 'SIGKILL');
      expect(await run.ended).toBe(0);
      expect(run.lines.at(-1)).toMatchObject({ type: 'end', reason: 'target-exited' });
      // What it held when it ended.
      expect(run.last.sites[0]?.outstanding_count).toBeGreaterThanOrEqual(3);
      expect(siteOf(run, run.last.sites[0]?.site).stack[0]?.symbol).toBe('memory_leak_thread');
    }));

  test('when nobody reads any more, and even when killed: no program stays in the kernel', () =>
    inLab('leaker', async (lab) => {
      const run = trace(lab);
      await run.line(isAttached);
      const left = programsOf(run);
      run.process.stdout?.destroy();
      expect(await run.ended).toBe(0);
      const other = trace(lab);
      await other.line(isAttached);
      const killed = programsOf(other);
      expect(loaded(killed).length).toBeGreaterThan(0);
      other.process.kill('SIGKILL');
      await other.ended;
      await expect.poll(() => loaded([...left, ...killed]), { timeout: 20_000 }).toEqual([]);
    }));

  test.each([
    ['a process that is not there', ['-p', '4194304'], 4, /there is no process 4194304 here/],
    ['nobody to trace', [], 2, /say whom to trace/],
    ['two ways at once', ['-p', '1', '--mntns', '1'], 2, /one of them/],
    ['a size that is none', ['-p', '1', '--min-size', '1MB'], 2, /--min-size takes a number of bytes, and 1MB is none/],
    ['no size between', ['-p', '1', '--min-size', '2M', '--max-size', '1M'], 2, /nothing would pass/],
    ['a folder that is no cgroup', ['--cgroup', '/tmp'], 4, /is no cgroup/],
    ['progress of no single process', ['--mntns', '1', '--progressive'], 2, /watches one process/],
    ['words of no option', ['-p', '1', 'now'], 2, /now belongs to no option/],
  ])('%s: says so', async (_, args, code, says) => {
    const run = new Run([memleak, '--json', ...args]);
    expect(await run.ended).toBe(code);
    expect(run.err).toMatch(says);
  });
});

describe('what it may', () => {
  test.each(['session', 'multi'].filter(hasMode))('three capabilities are enough, attached by %s', (mode) =>
    inLab('leaker', async (lab) => {
      const run = new Run([
        ...only(memleak, 'bpf', 'perfmon', 'sys_ptrace'),
        '-p',
        String(lab.target.pid),
        '--json',
        '-i',
        '0.2',
        '--attach',
        mode,
      ]);
      const { sites } = await run.line(holds(3));
      expect(siteOf(run, sites[0]?.site).stack[0]?.symbol).toBe('memory_leak_thread');
      process.kill(run.process.pid as number, 'SIGTERM');
      expect(await run.ended).toBe(0);
    }),
  );
  // With an allocator of its own, libc is open to all and defines a malloc, too, that nobody calls.
  test.skipIf(process.getuid?.() !== 0).each(['static', 'with an allocator of its own'])(
    'of a service whose files are closed to others (%s) it says that a fourth is needed, and with that one it works',
    async (kind) => {
      const dir = mkdtempSync('/var/tmp/workshop-closed-');
      mkdirSync(join(dir, 'in'));
      const program =
        kind === 'static'
          ? compiled(w.dir, 'asks', '-static')
          : compiled(
              w.dir,
              'asks',
              '-Wl,--no-as-needed',
              compiled(w.dir, 'allocator.so', '-shared', '-fPIC', '-fno-builtin', '-Wl,-soname,allocator.so'),
              `-Wl,-rpath,${dir}/in`,
            );
      copyFileSync(program, join(dir, 'in/asks'));
      if (kind !== 'static') copyFileSync(join(w.dir, 'allocator.so'), join(dir, 'in/allocator.so'));
      chownSync(dir, 65534, 65534);
      chmodSync(join(dir, 'in/asks'), 0o755);
      const service = spawn(
        'setpriv',
        ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--', join(dir, 'in/asks')],
        { stdio: 'ignore' },
      );
      try {
        // setpriv has a libc of its own until it has become the service.
        await expect
          .poll(() => readFileSync(`/proc/${service.pid}/maps`, 'utf8'), { timeout: 5000 })
          .toMatch(kind === 'static' ? /\/in\/asks/ : /\/in\/asks[\s\S]*libc\.so\.6/);
        chmodSync(dir, 0o700);
        const three = new Run([
          ...only(memleak, 'bpf', 'perfmon', 'sys_ptrace'),
          '-p',
          String(service.pid),
          '--json',
          '-d',
          '1',
        ]);
        expect(await three.ended).toBe(4);
        expect(three.err).toMatch(/lie where we may not look: that takes CAP_DAC_READ_SEARCH/);
        const four = new Run([
          ...only(
            memleak,
            'bpf',
            'perfmon',
            'sys_ptrace',
            'dac_read_search',
            ...(hasMode('multi') ? [] : ['sys_admin']),
          ),
          '-p',
          String(service.pid),
          '--json',
          '-i',
          '0.1',
        ]);
        await four.line(bySymbol(four, 'asks'));
        process.kill(four.process.pid as number, 'SIGTERM');
        expect(await four.ended).toBe(0);
      } finally {
        service.kill('SIGKILL');
        rmSync(dir, { recursive: true });
      }
    },
  );
  test('as perf events it takes CAP_SYS_ADMIN, and says so', () =>
    inLab('leaker', async (lab) => {
      const run = new Run([
        ...only(memleak, 'bpf', 'perfmon', 'sys_ptrace'),
        '-p',
        String(lab.target.pid),
        '--json',
        '--attach',
        'perf',
      ]);
      expect(await run.ended).toBe(4);
      expect(run.err).toMatch(/no probe on .*libc.*CAP_SYS_ADMIN/);
    }));
});

describe('a process that becomes another program', () => {
  test('without a malloc that could be traced: says so', async () => {
    execFileSync('make', [
      '-s',
      '-C',
      join(root, 'workloads/stealth-leaker'),
      `BUILD=${w.dir}/stripped`,
      'static-stripped',
    ]);
    const child = spawn('sh', ['-c', 'read go; exec "$0"', join(w.dir, 'stripped/static-stripped/stealth-leaker')], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...process.env, HTTP_PORT: '0', METRICS_PORT: '0' },
    });
    try {
      const run = new Run([memleak, '-p', String(child.pid), '--json', '-i', '0.2', '-d', '5']);
      await run.line(isAttached);
      child.stdin.write('go\n');
      expect(await run.ended).toBe(0);
      expect(run.err).toMatch(/has no malloc to trace any more/);
    } finally {
      child.kill('SIGKILL');
    }
  });
  test('is noticed by progressive tracing, too, which begins anew', async () => {
    const service = compiled(w.dir, 'becomes', '-pthread');
    const child = spawn(service, { stdio: ['pipe', 'ignore', 'inherit'] });
    try {
      const run = new Run([memleak, '-p', String(child.pid), '--json', '--progressive', '-i', '0.2', '-d', '4']);
      await run.line(isAttached);
      child.stdin.write('go\n');
      await run.line((l): l is Line => l.type === 'exec');
      process.kill(run.process.pid as number, 'SIGTERM');
      expect(await run.ended).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
  test.each(['session', 'multi', 'perf'].filter(hasMode))(
    'from a thread that is not its first, attached by %s: the new one is traced, the old one holds nothing',
    async (mode) => {
      const program = compiled(w.dir, 'becomes', '-pthread');
      const child = spawn(program, { stdio: ['pipe', 'ignore', 'inherit'] });
      try {
        const run = new Run([memleak, '-p', String(child.pid), '--json', '-i', '0.1', '--attach', mode]);
        await run.line(isAttached);
        child.stdin.write('go\n');
        await run.line(bySymbol(run, 'before_exec'));
        await run.line((l): l is Line => l.type === 'exec');
        const after = await run.line(bySymbol(run, 'after_exec'));
        const old = after.sites.find((s) => siteOf(run, s.site).stack[0]?.symbol === 'before_exec');
        expect(old).toMatchObject({ allocs: 10, frees: 10, outstanding_bytes: 0 });
        process.kill(run.process.pid as number, 'SIGTERM');
        expect(await run.ended).toBe(0);
      } finally {
        child.kill('SIGKILL');
      }
    },
  );
});

test('a process whose first thread ends goes on, with all that it holds', async () => {
  const child = spawn(compiled(w.dir, 'leaves', '-pthread'), { stdio: 'ignore' });
  try {
    const run = new Run([memleak, '-p', String(child.pid), '--json', '-i', '0.1']);
    await run.line(isAttached);
    await expect
      .poll(() => readFileSync(`/proc/${child.pid}/status`, 'utf8'), { timeout: 5000 })
      .toMatch(/^State:\tZ/m);
    const at = run.last?.sites[0]?.outstanding_count ?? 0;
    const { sites } = await run.line(
      (l): l is Snapshot => isSnapshot(l) && (l.sites[0]?.outstanding_count ?? 0) > at + 20,
    );
    expect(sites[0]).toMatchObject({ frees: 0 });
    process.kill(run.process.pid as number, 'SIGTERM');
    expect(await run.ended).toBe(0);
  } finally {
    child.kill('SIGKILL');
  }
});

describe('of two allocators in one process, the one that calls are bound to', () => {
  test.each([
    ['the library that the program is linked with', '', /allocator\.so$/],
    ['libc, where it was preloaded', 'libc.so.6', /libc\.so\.6$/],
  ])('%s', async (_, preload, file) => {
    const library = compiled(w.dir, 'allocator.so', '-shared', '-fPIC', '-fno-builtin');
    const program = compiled(w.dir, 'asks', '-Wl,--no-as-needed', library, `-Wl,-rpath,${w.dir}`);
    const child = spawn(program, { env: { ...process.env, LD_PRELOAD: preload }, stdio: 'ignore' });
    try {
      await expect
        .poll(() => readFileSync(`/proc/${child.pid}/maps`, 'utf8'), { timeout: 5000 })
        .toMatch(/libc\.so\.6/);
      const run = new Run([memleak, '-p', String(child.pid), '--json', '-i', '0.1']);
      const { probes } = (await run.line(isAttached)) as unknown as { probes: { function: string; object: string }[] };
      expect(probes.find((p) => p.function === 'malloc')?.object).toMatch(file);
      await run.line(bySymbol(run, 'asks'));
      process.kill(run.process.pid as number, 'SIGTERM');
      expect(await run.ended).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

test.each(['session', 'multi', 'perf'].filter(hasMode))(
  "who called C++'s new is named, though new has no frame, attached by %s",
  async (mode) => {
    const library = compiled(
      w.dir,
      'new.so',
      '-shared',
      '-fPIC',
      '-fomit-frame-pointer',
      '-fno-optimize-sibling-calls',
    );
    const child = spawn(compiled(w.dir, 'asks-new', '-Wl,--no-as-needed', library, `-Wl,-rpath,${w.dir}`), {
      stdio: 'ignore',
    });
    try {
      await expect
        .poll(() => readFileSync(`/proc/${child.pid}/maps`, 'utf8'), { timeout: 5000 })
        .toMatch(/libc\.so\.6/);
      const run = new Run([memleak, '-p', String(child.pid), '--json', '-i', '0.1', '--attach', mode]);
      const { sites } = await run.line(
        (l): l is Snapshot => isSnapshot(l) && l.sites.length >= 4 && l.sites.every((s) => s.outstanding_count >= 3),
      );
      process.kill(run.process.pid as number, 'SIGTERM');
      expect(await run.ended).toBe(0);
      const stacks = sites.map(
        (s) =>
          `${s.common_size} ${siteOf(run, s.site)
            .stack.slice(0, 3)
            .map((f) => f.symbol)
            .join(' ')}`,
      );
      expect(stacks.sort()).toEqual([
        expect.stringMatching(/^100 operator new\(unsigned long\) first_new main$/),
        expect.stringMatching(/^200 operator new\(unsigned long\) second_new main$/),
        expect.stringMatching(/^300 operator new\(unsigned long\) array_new main$/),
        expect.stringMatching(/^400 no_new main /),
      ]);
    } finally {
      child.kill('SIGKILL');
    }
  },
);

describe('whom it traces', () => {
  test('every process of a mount namespace, and none outside', () =>
    inLab('leaker', async (outside) => {
      const [program, args] = elevated(
        'unshare',
        '--mount',
        '--',
        'env',
        'HTTP_PORT=0',
        'METRICS_PORT=0',
        'LEAK_PERIOD_MS=300',
        'LEAK_SITE=report_cache_thread',
        `LEDGER=${w.dir}/inside`,
        `/proc/${outside.target.pid}/exe`,
      );
      const service = spawn(program, args, { stdio: 'ignore' });
      try {
        await expect.poll(() => readFileSync(`${w.dir}/inside`, 'utf8'), { timeout: 10_000 }).toMatch(/^ready/);
        const run = new Run([memleak, '--mntns', String(service.pid), '--json', '-i', '0.2']);
        const { sites } = await run.line(holds(3));
        process.kill(run.process.pid as number, 'SIGTERM');
        await run.ended;
        expect(sites.map(({ site }) => siteOf(run, site).stack[0]?.symbol)).toEqual(['report_cache_thread']);
      } finally {
        service.kill('SIGKILL');
      }
    }));

  test('every process of a cgroup', () =>
    inLab('leaker', async (lab) => {
      const name = `workshop-test-${process.pid}`;
      const base = readFileSync('/proc/mounts', 'utf8').match(/^\S+ (\S+) cgroup2 /m)?.[1];
      const folders = [
        ...(base ? [`${base}/${name}`] : []),
        ...(readFileSync('/proc/mounts', 'utf8').match(/^\S+ (\S*\/memory) cgroup /m) ?? [])
          .slice(1)
          .map((dir) => `${dir}/${name}`),
      ];
      expect(folders).not.toEqual([]);
      for (const folder of folders) {
        const before = readFileSync(`/proc/${lab.target.pid}/cgroup`, 'utf8');
        const line = /cgroup2/.test(execFileSync('stat', ['-f', '-c', '%T', join(folder, '..')], { encoding: 'utf8' }))
          ? /^0::(.*)$/m
          : /^\d+:memory:(.*)$/m;
        execFileSync(
          ...elevated('bash', '-c', `mkdir "$1" && echo ${lab.target.pid} > "$1/cgroup.procs"`, 'sh', folder),
        );
        try {
          const run = new Run([memleak, '--cgroup', folder, '--json', '-i', '0.2']);
          const { sites } = await run.line(holds(3));
          process.kill(run.process.pid as number, 'SIGTERM');
          await run.ended;
          expect(sites.map(({ site }) => siteOf(run, site).comm)).toEqual(['stealth-leaker']);
        } finally {
          execFileSync(
            ...elevated(
              'bash',
              '-c',
              `echo ${lab.target.pid} > "$2/cgroup.procs"; until rmdir "$1"; do sleep 0.1; done`,
              'sh',
              folder,
              join(folder, '..', line.exec(before)?.[1] === '/' ? '' : (line.exec(before)?.[1] ?? '')),
            ),
          );
        }
      }
    }));
});

test('it and BCC trace the same process at the same time, and agree', () =>
  inLab('leaker', async (lab) => {
    expect((await host.preflight('bcc')).ok).toBe(true);
    const run = trace(lab, '-d', '12');
    await run.line(isAttached);
    const bcc = lab.place.exec([factsOf(lab).bccMemleak, '-p', String(lab.target.pid), '1', '5'], {
      elevated: true,
      timeoutMs: 60_000,
    });
    let out = '';
    for await (const chunk of bcc.output) out += String(chunk);
    await bcc.ended;
    expect(await run.ended).toBe(0);
    const theirs = [...out.matchAll(/(\d+) bytes in (\d+) allocations from stack/g)].map(
      ([, bytes, blocks]) => Number(bytes) / Number(blocks),
    );
    expect(theirs.length, out).toBeGreaterThan(0);
    for (const bytes of theirs) expect([1048576, 1052672]).toContain(bytes);
    expect(run.last.sites[0]).toMatchObject({ common_size: 1048576 });
    expect(run.last.lost).toMatchObject({ missed_frees: 0 });
  }));

/** Six periods: the twin keeps its blocks for three, s. */
const age = (lab: Lab) => String((6 * lab.truth.periodMs) / 1000);
describe('progressive', () => {
  test('finds the leak without a probe on malloc but the last', () =>
    inLab('leaker', async (lab) => {
      const run = trace(lab, '--progressive', '--age', age(lab), '-d', '60');
      expect(await run.ended).toBe(0);
      const finding = run.lines.find((l) => l.type === 'finding') as { [field: string]: unknown } | undefined;
      expect(finding).toMatchObject({ answer: 'leak', by: 'malloc', common_size: 1048576, hits: 1 });
      expect(siteOf(run, finding?.['site']).stack[0]?.symbol).toBe('memory_leak_thread');
      expect(run.lines.filter((l) => l.type === 'stage')).toMatchObject([{ stage: 'confirming' }]);
    }));
  test('and of small blocks by pairing, once RSS has grown', () =>
    inLab('below-threshold', async (lab) => {
      const run = trace(lab, '--progressive', '--age', age(lab), '-d', '60');
      expect(await run.ended).toBe(0);
      const finding = run.lines.find((l) => l.type === 'finding') as { [field: string]: unknown } | undefined;
      expect(finding).toMatchObject({ answer: 'leak', by: 'malloc', common_size: 1048576 });
      expect(siteOf(run, finding?.['site']).stack[0]?.symbol).toBe('memory_leak_thread');
      expect(run.lines.filter((l) => l.type === 'stage')).toMatchObject([{ stage: 'pairing' }]);
    }));
  test('says of a twin that there is none, and how large a leak could hide', () =>
    inLab('twin', async (lab) => {
      const run = trace(lab, '--progressive', '--age', age(lab), '-d', '8');
      expect(await run.ended).toBe(0);
      const said = run.lines.filter((l) => l.type === 'finding' || l.type === 'stage');
      expect(said).toMatchObject([{ answer: 'none', hits: 0, probed_ms: 0 }]);
      expect((said[0] as { floor_bytes_per_second?: number }).floor_bytes_per_second).toBeGreaterThan(0);
    }));
  test('calls a leak, however young it is, what nothing in the process points at', () =>
    inLab('leaker', async (lab) => {
      const run = trace(lab, '--progressive', '-d', '20');
      expect(await run.ended).toBe(0);
      expect(run.lines.find((l) => l.type === 'finding')).toMatchObject({ answer: 'leak', common_size: 1048576 });
      expect((run.lines.at(-1) as { at_ms?: number }).at_ms).toBeLessThan(15_000);
    }));
});

test('what it has no room for is counted', () =>
  inLab('leaker', async (lab) => {
    const run = trace(lab, '--max-blocks', '4');
    const full = await run.line((l): l is Snapshot => isSnapshot(l) && (l.lost['blocks'] ?? 0) > 0);
    process.kill(run.process.pid as number, 'SIGTERM');
    await run.ended;
    expect(full.sites[0]?.outstanding_count).toBeLessThanOrEqual(4 + 128);
  }));
