import type { NoticeCode } from './model.ts';

/**
 * How libraries, languages and the kernel say that there was no memory to be had; the dynamic linker's word for it is that of a
 * file which may not be run, and says so then.
 */
const NO_MEMORY =
  /[Cc]annot allocate memory|^(?:\S{1,80}: )?virtual memory exhausted|^(?:(?:fatal error|ERROR|LLVM ERROR|runtime|error): ){0,2}[Oo]ut of memory\b(?!: Kill)|^MemoryError\b|\bfailed to map segment from shared object$|\bstd::bad_alloc\b|\bENOMEM\b|메모리를 할당할 수 없/;
/** An error number alone: of libbpf, and of a helper that bpftrace reports. */
const MINUS_TWELVE = /^libbpf: .{0,400}: -12$|\bretcode: -12\b|\bCannot allocate memory\(-12\)/;
/** How a shell, kubectl, a container's engine and the kernel's log tell of what was killed with signal 9. */
const KILLED =
  /^Killed(?:\s{2,}|$)|^(?:\S{1,200}: line \d+: +|\[\d+\][-+]? +)(?:\d+ )?Killed\b|^zsh: killed\b|terminated by signal SIGKILL|\bexit(?:ed with)? (?:code|status):? 137\b|\bsignal: killed\b|\bOOMKilled\b|\boom-kill:constraint=|\b[Oo]ut of memory: Kill(?:ed)? process\b|^죽었음(?:\s{2,}|$)/;

/** Whether a line says that what ran was killed: what it was printing is not whole. */
export const tellsOfKill = (line: string): boolean => KILLED.test(line);

/** Whether a line says that memory was out, or that what ran was killed, as the kernel does then; null for other lines. */
export function exhaustionOf(line: string): Extract<NoticeCode, 'no-memory' | 'tool-killed'> | null {
  if (tellsOfKill(line)) return 'tool-killed';
  return NO_MEMORY.test(line) || MINUS_TWELVE.test(line) ? 'no-memory' : null;
}
