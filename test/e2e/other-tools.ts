import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsed } from './documents.ts';
import { rootOf } from './roots.ts';
import { root, type World } from './world.ts';

const PACKAGES = 'bpftrace,bpftool,bpfcc-tools,python3-bpfcc,linux-headers-amd64,procps';

// BCC takes one merged tree, as the runner makes it of this machine's headers.
const MERGE =
  'cd /usr/src && mkdir headers && cp -a linux-headers-*-common/. headers/ && cp -a --remove-destination linux-headers-*-amd64/. headers/';

/** A program that runs its arguments in that root, with this machine's kernel, processes and checkout. */
function into(w: World, dir: string, name: string, ...program: string[]): string {
  const file = join(w.dir, name);
  const script = `#!/bin/bash
[ "$(id -u)" = 0 ] || exec sudo -n -- "$0" "$@"
export BCC_KERNEL_SOURCE=/usr/src/headers
exec unshare --mount --propagation private bash -ec '
	dir=$1
	shift
	for d in /proc /sys /dev ${root} ${w.dir}; do mkdir -p "$dir$d"; mount --rbind "$d" "$dir$d"; done
	exec chroot "$dir" "$@"' in ${dir} ${program.join(' ')} "$@"
`;
  writeFileSync(file, script, { mode: 0o755 });
  return file;
}

/** What `verify` says of lessons with the tools of another Debian release, on this machine's kernel. */
export async function verified(w: World, suite: string, lessons: string[]) {
  const dir = rootOf(suite, PACKAGES, MERGE);
  const env = {
    WORKSHOP_BPFTRACE: into(w, dir, `bpftrace-of-${suite}`, 'bpftrace'),
    WORKSHOP_BCC: into(w, dir, `in-${suite}`),
  };
  const { out, err, code } = await w.run(['verify', ...lessons, '--pace', 'fast', '--retry', '--json'], { env });
  return { err, code, document: out === '' ? null : parsed('verify', out) };
}
