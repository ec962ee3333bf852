/** A line of /proc/PID/maps; `path` as the process's own mount namespace names the file, '' for none. */
export interface Mapping {
  from: bigint;
  to: bigint;
  executable: boolean;
  path: string;
}

export function mappingsIn(maps: string): Mapping[] {
  return maps.split('\n').flatMap((line) => {
    const [, from, to, mode, path = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$/.exec(line) ?? [];
    return mode ? [{ from: BigInt(`0x${from}`), to: BigInt(`0x${to}`), executable: mode[2] === 'x', path }] : [];
  });
}

/**
 * The file that a process has its malloc from: the libc that it maps or, of a static program, the program itself, which then
 * is all the code it has from a file. Null where neither can be told.
 */
export function libcIn(mappings: readonly Mapping[]): string | null {
  const libc = mappings.find(({ path }) => /\/(libc(-[\d.]+)?\.so(\.\d+)?|ld-musl[^/]*)$/.test(path));
  if (libc) return libc.path;
  const code = new Set(mappings.filter((m) => m.executable && m.path.startsWith('/')).map((m) => m.path));
  const [only = ''] = code;
  return code.size === 1 && !only.endsWith(' (deleted)') ? only : null;
}
