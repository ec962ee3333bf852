import { join } from 'node:path';
import { callSite } from '../../evidence/site.ts';
import type { Tool } from '../../model/tool.ts';
import { onPath, root } from '../../paths.ts';
import { DETACHING, either, IN_HEADERS, MEMLOCK } from '../text/harmless.ts';
import { said } from '../text/said.ts';
import { bccNeeds, elsewhere, MEMLEAK } from './needs.ts';
import { readBcc } from './read.ts';
import { looks, PYTHON, starts } from './start.ts';

declare module '../../model/kinds.ts' {
  interface Tools {
    bcc: {
      /** BCC's memleak by its name here, and our own mallocstacks by its path. */
      bccMemleak: string;
      mallocstacks: string;
    };
  }
}

/** Our own tool, where the toolbox has it. */
const IN_TOOLBOX = '/workshop/bpf/mallocstacks';

/**
 * BCC 0.26 to 0.37: memleak, and our own mallocstacks, which needs the same Python. `WORKSHOP_BCC` names a program that
 * runs its arguments where BCC is, such as another root.
 */
export const bcc: Tool<'bcc'> = {
  kind: 'bcc',
  title: 'BCC',
  needs: (site) => (site === 'machine' ? bccNeeds() : []),

  async detect({ site, node }) {
    const there = site === 'machine' ? elsewhere() : undefined;
    const found = there
      ? await node.which(there)
      : (await Promise.all(MEMLEAK.map((name) => node.which(name)))).find((path) => path !== null);
    if (!found) return { found: false, missing: 'memleak-bpfcc' };
    const text = await said(node, ...(there ? [there] : []), PYTHON, '-c', 'import bcc; print(bcc.__version__)');
    const version = /^(\d+\.\d+\S*)$/m.exec(text)?.[1] ?? null;
    // memleak without BCC's Python side is a script that can't start.
    return version ? { found: true, path: found, version } : { found: false, missing: 'python3-bpfcc' };
  },

  harmless: {
    lines: either(DETACHING, MEMLOCK, /^modprobe: FATAL: Module kheaders not found in directory /),
    warnings: IN_HEADERS,
    traceback: /^Exception: Failed to detach BPF from uprobe$/,
  },
  looks,
  starts,
  names: ({ site, manual }) => ({
    bccMemleak:
      (site === 'machine' && !manual && !elsewhere() && MEMLEAK.find((name) => onPath(name) !== null)) || MEMLEAK[0],
    mallocstacks: site === 'cluster' ? IN_TOOLBOX : join(root, 'bpf/mallocstacks'),
  }),
  trial: {
    // Some versions lose the caller of what goes through mmap: that is a lesson, and no fault of this machine.
    variant: 'below-threshold',
    argv: ({ pid }, { bccMemleak }) => [bccMemleak, '-p', String(pid), '1', '10'],
    named: (e, expected) => e.kind === 'snapshot' && e.sites.some((site) => callSite(site.stack) === expected),
  },
  marks:
    /stacks with outstanding allocations:$|^\s*-?\d+ bytes in -?\d+ allocations from stack$|^Attaching to (?:pid \d+|kernel allocators), Ctrl\+C|^mallocstacks: |^\s*"tool": "mallocstacks"|^Tracing outstanding memory allocs|^tracing kernel: |\/bcc\/|^bpf: |^\s+File ".{1,200}memleak/,
  read: readBcc,
};
