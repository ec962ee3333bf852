import { describe, expect, it } from 'vitest';
import { folder, python } from './running.ts';

/** The part of BCC's Python that matters here: a function of libbcc, with so many arguments declared. */
const bccOf = (declared: number | null) => ({
  'bcc/__init__.py': '',
  'bcc/libbcc.py': `
import ctypes
class Attach:
    argtypes = ${declared === null ? 'None' : `[ctypes.c_int] * ${declared}`}
    def __call__(self, *given):
        print("attached with", given, len(self.argtypes or []))
class Lib:
    bpf_attach_uprobe = Attach()
lib = Lib()
`,
});
const TOOL = `#!/usr/bin/python3
import sys
from bcc.libbcc import lib
if __name__ == "__main__":
    print(sys.argv[1:], sys.path[0] == __file__.rsplit("/", 1)[0], sys.stdout.line_buffering)
    lib.bpf_attach_uprobe(1, 2, 3, 4, 5, 6)
    sys.exit(int(sys.argv[1]))
`;
const run = (dir: string, ...args: string[]) =>
  python('bcc-start.py', args, { PATH: `${dir}:/usr/bin:/bin`, PYTHONPATH: dir });

describe('bcc-start.py', () => {
  it.each([
    ['six', 6, 'attached with (1, 2, 3, 4, 5, 6, 0) 7\n'],
    ['seven, as a later version may', 7, 'attached with (1, 2, 3, 4, 5, 6) 7\n'],
    ['none', null, 'attached with (1, 2, 3, 4, 5, 6) 0\n'],
  ])('passes the offset of no counter where BCC declares %s', async (_, declared, attached) => {
    const dir = folder({ ...bccOf(declared), 'memleak-bpfcc': TOOL });
    expect(await run(dir, `${dir}/memleak-bpfcc`, '0', '-p', 'a  b')).toEqual({
      code: 0,
      out: `['0', '-p', 'a  b'] True True\n${attached}`,
      err: '',
    });
  });
  it('ends as the tool ends', async () => {
    const dir = folder({ ...bccOf(6), 'memleak-bpfcc': TOOL });
    expect((await run(dir, 'memleak-bpfcc', '3')).code).toBe(3);
  });
  it('finds Debian’s name for the short one', async () => {
    const dir = folder({ ...bccOf(6), 'memleak-bpfcc': TOOL });
    expect((await run(dir, 'memleak', '0')).out).toMatch(/^\['0'\]/);
  });
  it.each(['nothing-bcc', '/usr/share/bcc/tools/nothing'])('says that there is no %s', async (tool) => {
    expect(await run(folder(bccOf(6)), tool)).toEqual({
      code: 1,
      out: '',
      err: `bcc-start: ${tool}: command not found\n`,
    });
  });
  it('says that BCC’s Python side is missing', async () => {
    const dir = folder({ 'bcc/__init__.py': 'raise ImportError("No module named \'bcc\'")', memleak: TOOL });
    expect(await run(dir, 'memleak', '0')).toEqual({
      code: 1,
      out: '',
      err: "bcc-start: the Python side of BCC is not installed (No module named 'bcc')\n",
    });
  });
  it('runs what is no Python as it is', async () => {
    const dir = folder({ ...bccOf(6), memleak: '#!/bin/sh\necho "$0 $*"\nexit 4\n' });
    expect(await run(dir, 'memleak', '-p', '7')).toEqual({ code: 4, out: `${dir}/memleak -p 7\n`, err: '' });
  });
  it('shows its usage, asked or not', async () => {
    const usage = 'usage: bcc-start.py TOOL [ARGUMENT...]\n';
    expect(await run('/nowhere', '--help')).toEqual({ code: 0, out: usage, err: '' });
    expect(await run('/nowhere')).toEqual({ code: 2, out: '', err: usage });
  });
});
