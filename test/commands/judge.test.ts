import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentIn } from '../e2e/documents.ts';
import { root, type World, world } from '../e2e/world.ts';
import { expanded, folded, prompted } from '../tools/copied.ts';

let w: World;
const dir = mkdtempSync(join(tmpdir(), 'workshop-judge-'));
beforeAll(() => {
  w = world();
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await w.end();
});

const output = (path: string) => join(root, 'test/fixtures/output', path);
const pasted = (name: string) => join(root, 'test/fixtures/pasted', `${name}.txt`);
const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};
async function judged(args: string[], input?: string) {
  const { code, out, err } = await w.run(['judge', ...args, '--json'], input === undefined ? {} : { input });
  return { code, err, document: documentIn(out) as never as ReturnType<typeof JSON.parse> };
}

/** Twice as long as the healthy twin of what was recorded keeps a block, s. */
const AGE = ['--age', '1.8'];

describe('a leak is named in whatever a colleague sends', () => {
  it.each([
    ['bcc/0.31.0/memleak-leaker.txt', 'bcc', 'leak'],
    ['bcc/0.37.0/memleak-leaker.txt', 'bcc', 'leak'],
    ['bcc/0.37.0/memleak-libbpf-leaker-threshold.txt', 'bcc', 'leak'],
    ['bpftrace/0.17.0/outstanding-leaker.txt', 'bpftrace', 'leak'],
    ['bpftrace/0.27.1/outstanding-leaker.json', 'bpftrace', 'leak'],
    ['bpftrace/0.17.0/exit-dump.txt', 'bpftrace', 'growing'],
    ['memleak/0.1.0-session/leaker.txt', 'memleak', 'leak'],
    ['memleak/0.1.0-session/leaker-blocks.json', 'memleak', 'leak'],
    ['memleak/0.1.0-session/progressive.txt', 'memleak', 'leak'],
    ['bcc/0.31.0/mallocstacks-leaker.txt', 'bcc', null],
    ['bcc/0.31.0/mallocstacks-leaker.json', 'bcc', null],
  ])('%s', async (path, tool, answer) => {
    const { code, document } = await judged([output(path), ...AGE]);
    expect([code, document.tool, document.answer]).toEqual([0, tool, answer]);
    expect(document.sites[0]).toMatchObject({ answer, function: 'memory_leak_thread' });
    expect(document.sites[0].stack).toContain('memory_leak_thread');
    expect(document.sites[0].blocks).toBeGreaterThan(0);
  });
  it.each(['bcc/0.31.0/memleak-twin.txt', 'bpftrace/0.17.0/outstanding-twin.txt', 'memleak/0.1.0-session/twin.txt'])(
    'and none where there is none: %s',
    async (path) => {
      expect((await judged([output(path), ...AGE])).document.answer).toBe('none');
    },
  );
  it('from a pipe, copied from a terminal, with what stood around it', async () => {
    const text = readFileSync(output('bcc/0.31.0/memleak-leaker.txt'), 'utf8');
    const { document } = await judged([], prompted(folded(expanded(text), 80), 'sudo memleak-bpfcc -p 7924 1'));
    const original = (await judged([output('bcc/0.31.0/memleak-leaker.txt')])).document;
    expect(document.sites).toEqual(original.sites);
    expect(document.file).toBeNull();
  });
  // Scripts that nobody here wrote for the workshop, on a small service that loses its orders and frees its requests.
  it.each(['bpftrace-pairs-at-exit', 'bpftrace-sums-by-stack', 'bpftrace-calls'])(
    'of somebody else’s script: %s',
    async (name) => {
      const { code, document } = await judged([pasted(name)]);
      expect([code, document.tool]).toEqual([0, 'bpftrace']);
      expect(document.answer).toMatch(/^(leak|growing)$/);
      expect(document.sites[0]).toMatchObject({ function: 'remember_order', answer: document.answer });
      expect(document.sites[0].bytes).toBeGreaterThan(4000);
    },
  );
  it('quoted in a mail, between other words, with the line ends of Windows', async () => {
    const lists = [1, 2, 3, 4, 5].map(
      (n) =>
        `[11:1${n}:30] Top 2 stacks with outstanding allocations:\n        ${80 * n} bytes in ${5 * n} allocations from stack\n                 main+0x6d [allocs]\n                 __libc_start_main+0xf0 [libc-2.21.so]\n`,
    );
    const mail = `Hi, this is from production:\n\n\`\`\`\n# ./memleak -p $(pidof allocs)\nAttaching to pid 5193, Ctrl+C to quit.\n${lists.join('\n')}\`\`\`\nThanks!\n`;
    for (const text of [mail, mail.replaceAll('\n', '\r\n'), mail.replaceAll(/^/gm, '> ')])
      expect((await judged([], text)).document).toMatchObject({
        tool: 'bcc',
        pids: [5193],
        answer: 'leak',
        sites: [{ function: 'main', blocks: 25, bytes: 400 }],
      });
  });
  it('of a list by itself, without a newline at its end', async () => {
    const text =
      '[21:46:02] Top 10 stacks with outstanding allocations:\n\t1048576 bytes in 1 allocations from stack\n\t\t0x000055d0aabbccdd\tload_config+0x1 [app]';
    expect((await judged([], text)).document).toMatchObject({
      answer: 'growing',
      basis: 'one-look',
      sites: [{ function: 'load_config', blocks: 1, bytes: 1048576 }],
    });
  });
  it('in words, in both languages', async () => {
    const en = await w.run(['judge', output('bcc/0.31.0/memleak-leaker.txt'), ...AGE, '--lang', 'en']);
    expect(en.out).toMatch(/^Memory leak detected\n/);
    expect(en.out).toContain('memory_leak_thread');
    const ko = await w.run(['judge', output('bcc/0.31.0/memleak-leaker.txt'), ...AGE, '--lang', 'ko']);
    expect(ko.out).toMatch(/^메모리 누수 발견\n/);
  });
});

describe('what can’t be judged is said, with what to do', () => {
  it.each<[string, () => string[], number, RegExp]>([
    ['an empty file', () => [file('empty', '')], 5, /it is empty/],
    ['blank lines', () => [file('blank', '\n\n \n')], 5, /it is empty/],
    [
      'an executable',
      () => [file('elf', Buffer.concat([Buffer.from('\x7fELF\x02\x01'), Buffer.alloc(9000)]))],
      2,
      /no text/,
    ],
    ['a folder', () => [dir], 2, /is a directory/],
    ['a file that is not there', () => [join(dir, 'nowhere')], 2, /no such file/],
    ['another text', () => [file('poem', 'shall I compare thee\nto a summer’s day\n')], 5, /shall I compare thee/],
    ['a tool that is none', () => [file('x', 'x'), '--tool', 'strace'], 2, /bpftrace, bcc, memleak, gadget/],
  ])('%s', async (_, args, exit, words) => {
    const { code, out, err } = await w.run(['judge', ...args(), '--lang', 'en']);
    expect([code, out]).toEqual([exit, '']);
    expect(err).toMatch(words);
    expect(err).not.toMatch(/\n\s+at /);
  });
  it.each(['bpftrace-lockdown', 'bpftrace-map-denied', 'bcc-load-refused'])(
    '%s: the tool’s own words',
    async (name) => {
      const { code, document } = await judged([pasted(name)]);
      expect([code, document.answer, document.sites]).toEqual([4, null, []]);
      expect(document.notices.length).toBeGreaterThan(0);
    },
  );
  it('a file that is cut off is judged by what is whole', async () => {
    const text = readFileSync(output('memleak/0.1.0-session/leaker.txt'), 'utf8');
    const { code, document } = await judged([file('cut', text.slice(0, Math.floor(text.length * 0.8)))]);
    expect([code, document.sites[0].function]).toEqual([0, 'memory_leak_thread']);
  });
  it('a file of 200 MB is read as it comes, in little memory', async () => {
    const big = join(dir, 'big');
    const list = readFileSync(output('bcc/0.31.0/memleak-leaker.txt'));
    writeFileSync(big, '');
    for (let i = 0; i < 20; i++)
      writeFileSync(big, Buffer.concat(Array(Math.ceil(10_485_760 / list.length)).fill(list)), { flag: 'a' });
    const { code, document } = await judged([big]);
    expect([code, document.notices.map((n: { code: string }) => n.code)]).toMatchObject([0, ['too-much']]);
    mkdirSync(join(dir, 'done'));
  }, 120_000);
});
