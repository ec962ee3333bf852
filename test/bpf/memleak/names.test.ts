import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { compiled } from './compiled.ts';

let dir: string;
let driver: string;
beforeAll(() => {
  ({ dir, program: driver } = compiled(
    'names.c',
    ...['symbols', 'mappings', 'table', 'debug', 'perf_map', 'demangle', 'rust', 'rust_v0'].map(
      (part) => `symbols/${part}.c`,
    ),
    ...['files', 'proc_maps', 'clock'].map((part) => `ground/${part}.c`),
    ...['-ldw', '-lelf', '-lz', '-ldl'],
  ));
}, 240_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const running: Talk[] = [];
afterEach(() => {
  for (const talk of running.splice(0)) talk.end();
});

/** A program that answers each line with one. */
class Talk {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly answers: AsyncIterator<string>;
  constructor(program: string, args: string[] = []) {
    this.child = spawn(program, args, { stdio: 'pipe' });
    this.answers = createInterface(this.child.stdout)[Symbol.asyncIterator]();
    running.push(this);
  }
  get pid(): number {
    return this.child.pid as number;
  }
  async hear(): Promise<string> {
    const { value, done } = await this.answers.next();
    if (done) throw new Error('it has ended');
    return value;
  }
  ask(line: string): Promise<string> {
    this.child.stdin.write(`${line}\n`);
    return this.hear();
  }
  /** Gone, and no zombie: nobody can read its mappings any more. */
  async gone(): Promise<void> {
    const exited = new Promise((done) => this.child.on('close', done));
    this.end();
    await exited;
  }
  end(): void {
    this.child.kill('SIGKILL');
  }
}

const built = (name: string, source: string, ...flags: string[]): string => {
  const program = join(dir, name);
  mkdirSync(dirname(program), { recursive: true });
  execFileSync('cc', [
    '-O1',
    '-g',
    '-fno-omit-frame-pointer',
    '-o',
    program,
    join(import.meta.dirname, source),
    ...flags,
  ]);
  return program;
};
const sh = (script: string, ...args: string[]): string =>
  execFileSync('sh', ['-ec', script, 'sh', ...args], { encoding: 'utf8' });
const buildId = (file: string): string => sh('readelf -n "$1" | sed -n "s/.*Build ID: //p"', file).trim();

/** The driver, and what it says of an address as it is at that time. */
function symbols() {
  const talk = new Talk(driver);
  return {
    learn: async (pid: number) => Number(await talk.ask(`learn ${pid}`)),
    end: async (pid: number) => Number(await talk.ask(`end ${pid}`)),
    name: async (pid: number, at: number, address: string) => {
      const [symbol = '', offset, module = '', inModule = '', id = ''] = (
        await talk.ask(`name ${pid} ${at} ${address}`)
      ).split('\t');
      return { symbol: symbol || null, offset: Number(offset), module, at: Number.parseInt(inModule, 16), id };
    },
  };
}

/** What a program is called where it tells of its own code, by what is found of its names. */
async function told(program: string, args: string[] = []) {
  const talk = new Talk(program, args);
  const address = await talk.hear();
  const names = symbols();
  const at = await names.learn(talk.pid);
  return names.name(talk.pid, at, address);
}

describe('where names are', () => {
  test('in the program itself', async () => {
    expect(await told(built('whole', 'tells.c', '-ldl'))).toMatchObject({ symbol: 'inside', module: 'whole' });
  });

  test('a symbol without a size lends its name to nobody; module and offset are what addr2line takes', async () => {
    const whole = built('sizeless', 'tells.c', '-rdynamic', '-ldl');
    cpSync(whole, join(dir, 'unstripped'));
    sh('strip "$1"', whole);
    const { symbol, module, at, id } = await told(whole);
    expect({ symbol, module, id }).toEqual({ symbol: null, module: 'sizeless', id: buildId(whole) });
    expect(id).toMatch(/^[0-9a-f]{40}$/);
    expect(sh('addr2line -f -e "$1" "$2"', join(dir, 'unstripped'), `0x${(at - 1).toString(16)}`)).toMatch(/^inside\n/);
  });
  test('likewise of a program that lies where it was linked to', async () => {
    const whole = built('fixed', 'tells.c', '-no-pie', '-ldl');
    cpSync(whole, join(dir, 'unstripped'));
    sh('strip "$1"', whole);
    const { symbol, at } = await told(whole);
    expect(symbol).toBeNull();
    expect(sh('addr2line -f -e "$1" "$2"', join(dir, 'unstripped'), `0x${(at - 1).toString(16)}`)).toMatch(/^inside\n/);
  });

  const separate = 'objcopy --only-keep-debug "$1" "$1.debug"; strip "$1"; objcopy --add-gnu-debuglink="$1.debug" "$1"';
  test.each([
    ['beside it', (debug: string) => debug],
    ['in .debug beside it', (debug: string) => join(dirname(debug), '.debug/linked.debug')],
  ])('in the file that .gnu_debuglink names, %s', async (_, where) => {
    const program = built('linked', 'tells.c', '-ldl');
    sh(separate, program);
    const place = where(`${program}.debug`);
    mkdirSync(dirname(place), { recursive: true });
    renameSync(`${program}.debug`, place);
    expect(await told(program)).toMatchObject({ symbol: 'inside' });
    rmSync(place);
  });
  test('by its checksum, where it has no build-id; and not in one that was made for another', async () => {
    const program = built('summed', 'tells.c', '-ldl', '-Wl,--build-id=none');
    sh(separate, program);
    expect(await told(program)).toMatchObject({ symbol: 'inside', id: '' });
    sh('printf x >> "$1"', `${program}.debug`);
    expect(await told(program)).toMatchObject({ symbol: null });
    const other = built('identified', 'tells.c', '-ldl');
    sh(separate, other);
    const foreign = built('foreign', 'told.c', '-shared', '-fPIC');
    sh('objcopy --only-keep-debug "$1" "$2"', foreign, `${other}.debug`);
    expect(await told(other)).toMatchObject({ symbol: null });
  });
  test.runIf(process.getuid?.() === 0)('by build-id below /usr/lib/debug, in the root of the process', async () => {
    const program = built('root/program', 'tells.c', '-static');
    const id = buildId(program);
    const place = join(dir, 'root/usr/lib/debug/.build-id', id.slice(0, 2), `${id.slice(2)}.debug`);
    mkdirSync(dirname(place), { recursive: true });
    sh('objcopy --only-keep-debug "$1" "$2"; strip "$1"', program, place);
    expect(await told('chroot', [join(dir, 'root'), '/program'])).toMatchObject({
      symbol: 'inside',
      module: 'program',
    });
  });
  test('in .gnu_debugdata, as Fedora ships them', async () => {
    const program = built('mini', 'tells.c', '-ldl');
    sh(
      'objcopy -S --keep-symbol=inside "$1" "$1.mini"; xz -f "$1.mini"; strip "$1"; objcopy --add-section .gnu_debugdata="$1.mini.xz" "$1"',
      program,
    );
    expect(await told(program)).toMatchObject({ symbol: 'inside' });
  });
  test('in perf-PID.map, of code that is in no file', async () => {
    const talk = new Talk(built('jit', 'tells.c', '-ldl'));
    await talk.hear();
    const page = await talk.ask('jit');
    const map = `/tmp/perf-${talk.pid}.map`;
    const at = Number.parseInt(page, 16);
    try {
      writeFileSync(map, `${at.toString(16)} 40 LazyCompile:~serve app.js:1\n${(at + 64).toString(16)} 10 other\n`);
      const names = symbols();
      const now = await names.learn(talk.pid);
      const name = (offset: number) => names.name(talk.pid, now, (at + offset).toString(16));
      expect(await name(0x11)).toMatchObject({ symbol: 'LazyCompile:~serve app.js:1', offset: 0x11 });
      expect(await name(64)).toMatchObject({ symbol: 'LazyCompile:~serve app.js:1', offset: 64 });
      expect(await name(65)).toMatchObject({ symbol: 'other', offset: 1 });
      expect(await name(200)).toMatchObject({ symbol: null });
      // It grows while the runtime compiles.
      writeFileSync(map, `${(at + 128).toString(16)} 80 later\n`, { flag: 'a' });
      expect(await name(200)).toMatchObject({ symbol: 'later', module: `perf-${talk.pid}.map` });
    } finally {
      rmSync(map, { force: true });
    }
  });
});

describe('names stay', () => {
  test('when the process has ended', async () => {
    const talk = new Talk(built('ends', 'tells.c', '-ldl'));
    const address = await talk.hear();
    const names = symbols();
    const at = await names.learn(talk.pid);
    await talk.gone();
    await names.learn(talk.pid);
    expect(await names.name(talk.pid, at, address)).toMatchObject({ symbol: 'inside', module: 'ends' });
  });
  test('when it has become another program, each with its own, at one and the same address', async () => {
    const first = built('first', 'tells.c', '-no-pie', '-ldl');
    const second = built('second', 'tells.c', '-no-pie', '-ldl', '-Dinside=after');
    const talk = new Talk(first);
    const address = await talk.hear();
    const names = symbols();
    const before = await names.learn(talk.pid);
    expect(await talk.ask(`exec ${second}`)).toBe(address);
    await names.end(talk.pid);
    const after = await names.learn(talk.pid);
    expect(await names.name(talk.pid, before, address)).toMatchObject({ symbol: 'inside', module: 'first' });
    expect(await names.name(talk.pid, after, address)).toMatchObject({ symbol: 'after', module: 'second' });
  });
  test('of a library that is closed, and of another that takes its place', async () => {
    const library = (name: string) => built(`${name}.so`, 'told.c', '-shared', '-fPIC', `-DNAME=${name}`);
    const talk = new Talk(built('opens', 'tells.c', '-ldl'));
    const names = symbols();
    await talk.hear();
    const one = await talk.ask(`open ${library('one')}`);
    const first = await names.learn(talk.pid);
    await talk.ask('close');
    const two = await talk.ask(`open ${library('two')}`);
    const second = await names.learn(talk.pid);
    expect(two).toBe(one);
    expect(await names.name(talk.pid, first, one)).toMatchObject({ symbol: 'one', module: 'one.so' });
    expect(await names.name(talk.pid, second, two)).toMatchObject({ symbol: 'two', module: 'two.so' });
  });
});
