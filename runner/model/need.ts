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
  /** A package of Debian's to take one program from and not to install: it would start a service on this machine. */
  taken?: { package: string; member: string };
  /** A Go module with its version, built where Go is here: checked by Go's own sums, and no publisher's site need be in reach. */
  module?: string;
}
