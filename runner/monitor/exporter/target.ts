import { childrenOf, pids, shown, type Shown } from './proc.ts';

/** Whom to watch: one process and whoever comes in its place, or whoever bears a name. */
export type Wanted = { pid: number } | { name: string };

/** The kernel cuts names of programs so, characters. */
const COMM = 15;

/** All that bear a name, oldest first; never ourselves. */
export function named(name: string): Shown[] {
  return living()
    .filter(({ comm }) => comm === name.slice(0, COMM))
    .sort(byAge);
}

/** Whoever is watched, and who came after it. */
export interface Succession {
  /** Remembers who was there beside it: its children are not its successors. */
  look(of: Shown): void;
  /** Who came in place of `gone`; null as long as nobody has. */
  after(gone: Shown): Shown | null;
}

export function succession(wanted: Wanted): Succession {
  let children = new Set<number>();
  let of = 0;
  return {
    look({ pid }) {
      if (pid !== of) children = new Set();
      of = pid;
      for (const child of childrenOf(pid)) children.add(child);
    },
    after(gone) {
      const came = living().filter((p) => Number(p.startTime) > Number(gone.startTime) && !children.has(p.pid));
      const same = came.filter((p) => ('name' in wanted ? p.comm === gone.comm : isAgain(p, gone)));
      const alike = same.filter((p) => p.argv.join('\0') === gone.argv.join('\0'));
      return [...(alike.length > 0 ? alike : same)].sort(byAge)[0] ?? null;
    },
  };
}

/** Whether a process is of the program that another was. */
const isAgain = (a: Shown, b: Shown): boolean =>
  a.comm === b.comm && (a.exe === null || b.exe === null ? a.argv[0] === b.argv[0] : a.exe === b.exe);

/** Whether a program came again with another binary under its name. */
export const isUpgrade = (a: Shown, b: Shown): boolean => a.file !== null && b.file !== null && a.file !== b.file;

const living = (): Shown[] =>
  pids().flatMap((pid) => {
    const one = pid === process.pid ? null : shown(pid);
    // Kernel threads have no command line.
    return one && one.argv.length > 0 ? [one] : [];
  });

const byAge = (a: Shown, b: Shown): number => Number(a.startTime) - Number(b.startTime) || a.pid - b.pid;
