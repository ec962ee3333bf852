import type { Emit } from '../text/reading.ts';
import * as z from 'zod';
import { attempt, count, nanoseconds, pid, subjects } from './json.ts';
import { missingStacks, stacks, userStack } from './stacks.ts';

const ALLOCATES: ReadonlySet<string> = new Set([
  'malloc',
  'calloc',
  'realloc',
  'posix_memalign',
  'aligned_alloc',
  'valloc',
  'memalign',
  'pvalloc',
  'mmap',
]);
const FREES: ReadonlySet<string> = new Set(['free', 'realloc_free', 'munmap']);
/** One call as trace_malloc prints it; fields that we don't read are let through. Numbers may have all of 64 bits. */
const call = z.object({
  operation: z.string().max(64),
  addr: z.number().min(0),
  size: z.number().min(0),
  proc: z.object({ pid, mntns_id: count.optional() }),
  timestamp_raw: nanoseconds.optional(),
  ustack: userStack.optional(),
  ustack_raw: userStack.optional(),
});

/** How a call begins: fields are in the order of their names. Lines of our own loader begin with a type. */
export const isCall = (line: string): boolean =>
  line.startsWith('{"addr":') ||
  (line.startsWith('{"') && !line.startsWith('{"type":') && line.includes('"operation":"'));

/** Reads the calls of the official trace_malloc, one line after another. */
export interface Calls {
  /** False where the line is none. */
  line(line: string): boolean;
}

/**
 * What trace_malloc prints with `-o json`: an object a call, `atMs` from the first of them. It keeps one size a thread, so a
 * malloc that libc serves by mmap is there as that mmap alone, larger by libc's header and the rest of a page.
 */
export function calls(emit: Emit): Calls {
  const subject = subjects(emit);
  const stackOf = stacks();
  const missing = missingStacks(emit);
  let first: number | null = null;

  const tell = ({ operation, addr, size, proc, timestamp_raw: at, ustack, ustack_raw }: z.infer<typeof call>) => {
    subject(proc.pid, proc.mntns_id);
    // A call that failed, in malloc's way or in mmap's, and free(NULL).
    if (addr === 0 || !Number.isSafeInteger(addr)) return;
    if (at !== undefined) first ??= at;
    const when = {
      atMs: at === undefined ? null : (at - (first ?? at)) / 1e6,
      pid: proc.pid,
      address: `0x${addr.toString(16)}`,
    };
    if (FREES.has(operation)) emit({ kind: 'free', ...when });
    if (!ALLOCATES.has(operation)) return;
    const stack = stackOf(ustack ?? ustack_raw);
    emit(
      {
        kind: 'allocation',
        call: operation,
        ...when,
        bytes: Number.isSafeInteger(size) ? size : null,
        stack: stack.missing ? null : stack.frames,
      },
      1 + stack.fresh,
    );
    if (stack.missing === 'lost') missing(stack.missing, 'a call');
  };

  return {
    line(line) {
      const parsed = call.safeParse(attempt(line));
      if (parsed.success) tell(parsed.data);
      return parsed.success;
    },
  };
}
