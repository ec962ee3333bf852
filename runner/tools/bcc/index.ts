import type { Tool } from '../../model/tool.ts';
import { MEMLEAK, NO_BCC } from '../../install/packages.ts';
import { readBcc } from './read.ts';

/** The Python that distributions build BCC for; another one first on PATH has no BCC. */
export const PYTHON = '/usr/bin/python3';

/**
 * BCC 0.26 to 0.37: memleak, and our own mallocstacks, which needs the same Python. `WORKSHOP_BCC` names a program that
 * runs its arguments where BCC is, such as another root.
 */
export const bcc: Tool = {
  kind: 'bcc',

  async detect(place) {
    const elsewhere = process.env.WORKSHOP_BCC;
    const found = elsewhere
      ? await place.which(elsewhere)
      : (await Promise.all(MEMLEAK.map((name) => place.which(name)))).find((path) => path !== null);
    if (!found) return { found: false, missing: 'memleak-bpfcc', packages: NO_BCC };
    let text = '';
    const argv = [...(elsewhere ? [elsewhere] : []), PYTHON, '-c', 'import bcc; print(bcc.__version__)'];
    for await (const chunk of place.exec(argv, { timeoutMs: 10_000 }).output)
      text = (text + String(chunk)).slice(0, 4096);
    const version = /^(\d+\.\d+\S*)$/m.exec(text)?.[1] ?? null;
    // memleak without BCC's Python side is a script that can't start.
    return version
      ? { found: true, path: found, version }
      : { found: false, missing: 'python3-bpfcc', packages: NO_BCC };
  },

  plan: ({ script, args }) => [script, ...args],
  read: readBcc,
};
