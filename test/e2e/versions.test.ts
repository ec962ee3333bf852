import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsed } from './documents.ts';
import { rootOf } from './roots.ts';
import { root, type World, world } from './world.ts';

const PACKAGES = 'bpftrace,bpftool,bpfcc-tools,python3-bpfcc,linux-headers-amd64,procps';

let w: World;
beforeAll(() => {
  w = world();
});
afterAll(() => w.end());

// BCC takes one merged tree, as the runner makes it of this machine's headers.
const MERGE =
  'cd /usr/src && mkdir headers && cp -a linux-headers-*-common/. headers/ && cp -a --remove-destination linux-headers-*-amd64/. headers/';

/** A program that runs its arguments in that root, with this machine's kernel, processes and checkout. */
function into(dir: string, name: string, ...program: string[]): string {
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

async function verified(suite: string, lessons: string[]) {
  const dir = rootOf(suite, suite, PACKAGES, MERGE);
  const env = {
    WORKSHOP_BPFTRACE: into(dir, `bpftrace-of-${suite}`, 'bpftrace'),
    WORKSHOP_BCC: into(dir, `in-${suite}`),
  };
  const { out, err, code } = await w.run(['verify', ...lessons, '--pace', 'fast', '--json'], { env });
  return { err, code, document: code === 0 || code === 1 ? parsed('verify', out) : null };
}

describe.each([
  ['bookworm', '0.17.', '0.26.'],
  ['trixie', '0.23.', '0.31.'],
])('the tools of Debian %s', (suite, bpftrace, bcc) => {
  // The other lessons run with them in bare.test.ts, on a machine of that release.
  test('verify BCC’s lessons from another root', async () => {
    const { err, code, document } = await verified(suite, ['4', '6', '7']);
    expect(code, err).toBe(0);
    expect(document?.machine.tools.bpftrace?.startsWith(bpftrace), JSON.stringify(document?.machine)).toBe(true);
    expect(document?.machine.tools.bcc?.startsWith(bcc)).toBe(true);
  });
});

test('the newest tools verify every lesson that traces, or it is said that they do not', async () => {
  try {
    const { err, code, document } = await verified('sid', ['3', '4', '5', '6', '7']);
    console.info('newest tools:', document?.machine.tools, code === 0 ? 'all is well' : `FAILED\n${err}`);
  } catch (error) {
    console.warn(`no root with the newest tools today: ${(error as Error).message.slice(0, 300)}`);
  }
});
