import { release } from 'node:os';
import { join } from 'node:path';
import { type Finding, finding } from '../../model/finding.ts';
import { diskError } from '../../disk.ts';
import { type Start, TYPED } from '../../model/tool.ts';
import { root } from '../../paths.ts';
import { headers, merge } from './headers.ts';
import { elsewhere } from './needs.ts';

/** The Python that distributions build BCC for; another one first on PATH has no BCC. */
export const PYTHON = '/usr/bin/python3';

/** BCC's tools by the last part of their names, and our own that is built on it. */
const PROGRAMS = ['memleak', 'memleak-bpfcc', 'mallocstacks'];

/** They are scripts, started by our wrapper, in the Python that has BCC, with headers where it would find none. */
export function starts(): Start[] {
  const there = elsewhere();
  const found = there ? null : headers();
  const before = there ? [there] : found?.state === 'merged' ? ['/usr/bin/env', `BCC_KERNEL_SOURCE=${found.dir}`] : [];
  const as = [...before, PYTHON, join(root, 'bpf/bcc-start.py'), TYPED];
  return PROGRAMS.map((program) => ({ program, when: there ? 'script' : 'script-here', as }));
}

/** Headers that BCC can compile with; two halves are made one here, so that no tracing command has to wait for it. */
export function looks(): Finding[] {
  const there = elsewhere();
  if (there) return [finding('headers', 'ok', there)];
  const found = headers();
  try {
    merge(found);
  } catch (error) {
    throw diskError(error) ?? error;
  }
  if (found.state === 'none') return [finding('headers', 'missing', release())];
  return [finding('headers', 'ok', found.state === 'merged' ? found.dir : `/lib/modules/${release()}`)];
}
