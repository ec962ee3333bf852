import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verify } from '../../schemas/verify.ts';
import { root, type World, world } from './world.ts';

/** Kept from run to run: making it takes a minute. */
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ebpf-workshop-tests');
const PACKAGES = 'bpftrace,bpftool,bpfcc-tools,python3-bpfcc,linux-headers-amd64,procps';

let w: World;
beforeAll(() => {
  w = world();
});
afterAll(() => w.end());

/** A root with the newest tools there are; null where the archive has none to give today. */
function newest(): string | null {
  const dir = join(cache, 'sid');
  if (existsSync(dir)) return dir;
  const fresh = `${dir}.${process.pid}`;
  const elevate = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  mkdirSync(cache, { recursive: true });
  try {
    const [program = '', ...args] = [...elevate, 'mmdebstrap', '--quiet', '--variant=minbase', '--aptopt=Acquire::Check-Valid-Until "false"', `--include=${PACKAGES}`, 'sid', fresh];
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    renameSync(fresh, dir);
    return dir;
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    console.warn(`no root with the newest tools: ${(error as Error).message.slice(0, 300)}`);
    return null;
  }
}

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

test('the newest tools verify every lesson, or say loudly that they do not', async () => {
  const dir = newest();
  if (!dir) return;
  // BCC takes one merged tree, as the runner makes it for a root of this machine.
  const merge = 'cd /usr/src && [ -d headers ] || { mkdir headers.new && cp -a linux-headers-*-common/. headers.new/ && cp -a --remove-destination linux-headers-*-amd64/. headers.new/ && mv headers.new headers; }';
  execFileSync(into(dir, 'prepare'), ['bash', '-c', merge]);
  const { out, err, code } = await w.run(['verify', '--pace', 'fast', '--json'], { env: { WORKSHOP_BPFTRACE: into(dir, 'bpftrace-newest', 'bpftrace'), WORKSHOP_BCC: into(dir, 'in-newest') } });
  const parsed = verify.safeParse(code === 0 || code === 1 ? JSON.parse(out) : null);
  if (code !== 0) console.warn(`the newest tools fail:\n${err}`);
  else expect(parsed.data?.summary.failed).toBe(0);
  if (parsed.success) console.info('newest tools', parsed.data.machine.tools);
});
