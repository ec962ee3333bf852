export type PackageManager = 'apt' | 'dnf' | 'zypper' | 'pacman' | 'apk';

/** A program that something needs, and the packages that bring it on each family of distributions. */
export interface Need {
  program: string;
  /** Other names, for a program that is not called the same everywhere. */
  called?: readonly string[];
  /** For what is no program: whether it is there. */
  there?: () => boolean;
  packages: Record<PackageManager, string[]>;
  /**
   * Where the publisher's own release lies, for what distributions don't have: one file, or with `member` a .tar.gz that holds it;
   * its SHA-256 in a file of its own, alone or in a list by name.
   */
  release?: { url: string; sha256: string; member?: string };
}
