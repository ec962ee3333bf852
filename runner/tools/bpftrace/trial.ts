import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callSite } from '../../evidence/site.ts';
import type { Trial } from '../../model/tool.ts';
import { root } from '../../paths.ts';

/** The script is given as text: a pod does not have the file. */
export const trial: Trial = {
  variant: 'leaker',
  argv: ({ pid, libc }) => [
    'bpftrace',
    '-p',
    String(pid),
    '-e',
    readFileSync(join(root, 'bpf/malloc-stacks.bt'), 'utf8'),
    String(pid),
    libc,
    '10000',
  ],
  named: (e, expected) => e.kind === 'allocation' && callSite(e.stack ?? []) === expected,
};
