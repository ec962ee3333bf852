import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { elevated } from './roots.ts';
import { bySymbol, compiled, hasMode, isAttached, only, Run, traced } from './tracing.ts';

/** More files than a process of everyday has, and than a list of any fixed length would hold. */
const MANY = 600;
const POWERS = ['bpf', 'perfmon', 'sys_ptrace', ...(hasMode('multi') ? [] : ['sys_admin'])];

const t = traced();

/** A program that runs until the tests are over, with libc mapped. */
async function running(argv: string[]): Promise<number> {
  const [program, args] = elevated(...argv);
  const child = spawn(program, args, { stdio: 'ignore' });
  t.started.push(child);
  await expect.poll(() => readFileSync(`/proc/${child.pid}/maps`, 'utf8'), { timeout: 20_000 }).toMatch(/libc\.so\.6/);
  return child.pid as number;
}

/** Traces it until the function holds something, and says in which file malloc is probed. */
async function fileOf(symbol: string, pid: number, tracer: string[]): Promise<string | undefined> {
  const run = new Run([...tracer, '-p', String(pid), '--json', '-i', '0.1']);
  const { probes } = (await run.line(isAttached)) as unknown as { probes: { function: string; object: string }[] };
  await run.line(bySymbol(run, symbol));
  process.kill(run.process.pid as number, 'SIGTERM');
  expect(await run.ended).toBe(0);
  return probes.find((p) => p.function === 'malloc')?.object;
}

// With CAP_CHECKPOINT_RESTORE the mapping leads to the file; without it a name, compared by device and inode.
describe.runIf(process.getuid?.() === 0).each([
  ['all power', () => [t.memleak]],
  ['three capabilities', () => only(t.memleak, ...POWERS)],
])('with %s', (_, tracer) => {
  test('a program in a chroot is traced by the libc it has there', async () => {
    const jail = join(t.dir, `jail-${t.started.length}`);
    const program = compiled(t.dir, 'asks');
    const needed = [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)];
    for (const file of needed.map(([, path = '']) => path)) {
      mkdirSync(join(jail, file, '..'), { recursive: true });
      copyFileSync(file, join(jail, file));
      chmodSync(join(jail, file), 0o755);
    }
    copyFileSync(program, join(jail, 'asks'));
    const pid = await running(['chroot', jail, '/asks']);
    expect(await fileOf('asks', pid, tracer())).toMatch(/^\/.*\/jail-\d+\/.*libc\.so\.6$/);
  });

  test('a name with a newline, that ends like one of a file that was deleted', async () => {
    const odd = join(t.dir, `odd\nname-${t.started.length} (deleted)`);
    mkdirSync(odd);
    copyFileSync(compiled(t.dir, 'asks', '-Wl,--export-dynamic'), join(odd, 'asks (deleted)'));
    expect(await fileOf('asks', await running([join(odd, 'asks (deleted)')]), tracer())).toMatch(/libc\.so\.6$/);
  });
});

describe.runIf(process.getuid?.() === 0)('what lies under the name by now is another file', () => {
  /** A program with an allocator in a library of its own, in whose place something else is made once it runs. */
  const replaced = async (make: string): Promise<number> => {
    const dir = join(t.dir, `over-${t.started.length}`);
    mkdirSync(dir);
    const library = compiled(dir, 'allocator.so', '-shared', '-fPIC', '-fno-builtin', '-Wl,-soname,allocator.so');
    const program = compiled(dir, 'asks', '-Wl,--no-as-needed', library, `-Wl,-rpath,${dir}`);
    const over = `"$1" & until grep -q libc.so.6 /proc/$!/maps; do sleep 0.1; done; cd "$2"; ${make}
      echo $! > pid; wait`;
    const child = spawn('unshare', ['--mount', 'sh', '-c', over, 'sh', program, dir], { stdio: 'ignore' });
    t.started.push(child);
    await expect.poll(() => Number(read(join(dir, 'pid'))), { timeout: 20_000 }).toBeGreaterThan(0);
    const pid = Number(read(join(dir, 'pid')));
    t.started.push({ kill: () => process.kill(pid, 'SIGKILL') } as unknown as ChildProcess);
    return pid;
  };
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };

  test('what is mapped is traced, though libc has been mounted over it', async () => {
    const pid = await replaced(
      'cp "$(ldd "$1" | sed -n "s/.*=> \\(.*libc.so.6\\) .*/\\1/p")" other; mount --bind other allocator.so',
    );
    expect(await fileOf('asks', pid, [t.memleak])).toMatch(/allocator\.so$/);
  });
  test('a FIFO there holds nobody up, and without the power to see the mapping it says what that takes', async () => {
    const pid = await replaced('rm allocator.so; mkfifo allocator.so "allocator.so (deleted)"');
    expect(await fileOf('asks', pid, [t.memleak])).toMatch(/allocator\.so/);
    const run = new Run([...only(t.memleak, ...POWERS), '-p', String(pid), '--json', '-d', '1']);
    expect(await run.ended).toBe(4);
    expect(run.err).toMatch(/where we may not look: .*CAP_CHECKPOINT_RESTORE for one that was replaced/);
  });
});

test(`with ${MANY} libraries, libc is found behind all of them`, async () => {
  const dir = join(t.dir, 'many');
  mkdirSync(dir);
  const library = compiled(dir, 'private.so', '-shared', '-fPIC', '-fno-builtin');
  for (let i = 0; i < MANY; i++) copyFileSync(library, join(dir, `${i}.so`));
  const pid = await running([compiled(t.dir, 'opens-many', '-ldl'), dir, String(MANY)]);
  await expect
    .poll(() => new Set(readFileSync(`/proc/${pid}/maps`, 'utf8').match(/\/\d+\.so$/gm)).size, { timeout: 20_000 })
    .toBe(MANY);
  expect(await fileOf('asks_beside', pid, [t.memleak])).toMatch(/libc\.so\.6$/);
});

test('a malloc that a library keeps to itself is not the one that is called', async () => {
  const library = compiled(t.dir, 'private.so', '-shared', '-fPIC', '-fno-builtin');
  renameSync(library, join(t.dir, 'libprivate.so'));
  const [at, link] = [`-Wl,-rpath,${t.dir}`, ['-Wl,--no-as-needed', join(t.dir, 'libprivate.so')]];
  const pid = await running([compiled(t.dir, 'asks', ...link, at)]);
  expect(readFileSync(`/proc/${pid}/maps`, 'utf8')).toMatch(/libprivate\.so/);
  expect(await fileOf('asks', pid, [t.memleak])).toMatch(/libc\.so\.6$/);
});
