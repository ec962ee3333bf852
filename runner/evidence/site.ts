import type { Frame } from './model.ts';

/** Functions that allocate, or fill what was allocated, on someone else's behalf: a leaf among these is libc or the C++ runtime, not the program. */
const ALLOCATORS =
  /^_*(GI_+)?(libc_)?(malloc|calloc|realloc|reallocarray|memalign|posix_memalign|aligned_alloc|valloc|strn?dup|mmap(64)?|sysmalloc.*|_int_malloc|mem(set|cpy|move)(_\w+)?|_Zn[wa].*|operator new.*)$/;
/** Likewise of Rust: what its compiler calls to allocate, and the containers of its `alloc` crate, whose source is not the program's. */
const RUST_ALLOCATORS =
  /^(?:__rustc::)?__r(?:ust|dl|g)_(?:alloc|realloc)|^<?(?:alloc::(?:alloc|borrow|boxed|collections|ffi|fmt|raw_vec|rc|slice|str|string|sync|vec)|std::alloc|hashbrown)::/;
/** Where a thread or a program begins: nobody's call site. */
const BOTTOMS = new Set([
  'start_thread',
  'clone',
  'clone3',
  '__clone',
  '__clone3',
  '__libc_start_main',
  '__libc_start_call_main',
  '_start',
  'thread_start',
]);

/** Copies are made on someone else's behalf, too: libc's inside may have no name, what was called in it does. */
const COPIES =
  /^_*(?:(?:IO_)?getdelim|getline|v?asprintf(?:_chk|_internal)?|(?:IO_)?file_doallocate|open_memstream|IO_(?:str|mem)\w+|wcsdup|f(?:d)?open(?:64|_internal)?|opendir\w*|scandir\w*|realpath\w*|getcwd|regcomp|getaddrinfo)$/;

const allocates = (symbol: string): boolean =>
  ALLOCATORS.test(symbol) || COPIES.test(symbol) || RUST_ALLOCATORS.test(symbol);

/** The frame of the program that asked for the memory: the innermost with a name that is neither allocator nor bottom. */
export function callFrame(stack: Frame[]): Frame | null {
  for (const frame of stack) {
    const { symbol } = frame;
    if (symbol === null || symbol === '' || allocates(symbol)) continue;
    return BOTTOMS.has(symbol) ? null : frame;
  }
  return null;
}

/** The function of the program that asked for the memory. */
export const callSite = (stack: Frame[]): string | null => callFrame(stack)?.symbol ?? null;

/**
 * Whether the stack reaches a thread's or program's beginning without passing a function of the program. Where no
 * allocator stands above it, a frame without a name may be that function, of a program without symbols.
 */
export function lostCaller(stack: Frame[]): boolean {
  const innermost = stack[0]?.symbol ?? null;
  if (innermost === null || callSite(stack) !== null) return false;
  return allocates(innermost) || stack.every(({ symbol }) => symbol !== null);
}

/** One key a call site: the whole stack, since one function may leak on one path only. */
export function siteOf(stack: Frame[]): string {
  return (
    stack
      .map((f) => {
        if (f.symbol === null) return f.module !== undefined && f.at !== undefined ? `${f.module}+${f.at}` : '?';
        return f.offset === null ? f.symbol : `${f.symbol}+${f.offset}`;
      })
      .join(' ← ') || '?'
  );
}

/** What tools print in place of a name that they do not have: it is none. */
const PLACEHOLDER =
  /^(?:0x[0-9a-f]+|\?+(?::\?+|:0)?|[[<(](?:unknown|null(?: sym(?:bol)?)?|no symbol|no name|missed|anon(?:ymous)?|stripped)[\])>])$/i;

export const isPlaceholder = (name: string): boolean => PLACEHOLDER.test(name);

/** Parses `name+71`, `name+0x47`, `name`, `0x7f…` as tools print a frame. */
export function parseFrame(text: string): Frame {
  const t = text.trim();
  if (isPlaceholder(t)) return { symbol: null, offset: null };
  const [, symbol, offset] = /^(.+)\+(0x[0-9a-f]+|\d+)$/i.exec(t) ?? [];
  if (symbol !== undefined && isPlaceholder(symbol)) return { symbol: null, offset: null };
  return symbol === undefined ? { symbol: t, offset: null } : { symbol, offset: Number(offset) };
}
