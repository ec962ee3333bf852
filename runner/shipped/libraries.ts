import { join } from 'node:path';

/** What Debian calls this processor's folders. */
export const TRIPLET = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;

/** Where unpacked packages have their libraries, as a program's environment. */
export const withLibrariesIn = (root: string): Record<string, string> => ({
  LD_LIBRARY_PATH: join(root, 'usr/lib', TRIPLET),
});
