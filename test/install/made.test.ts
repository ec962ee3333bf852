import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MONITORING_NEEDS } from '../../runner/environments/host/needs.ts';
import { wayTo } from '../../runner/install/made.ts';
import type { Need } from '../../runner/model/need.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-made-'));
  mkdirSync(join(dir, 'bin'));
  vi.stubEnv('XDG_CACHE_HOME', dir);
  vi.stubEnv('PATH', `${join(dir, 'bin')}:/usr/bin:/bin`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

const NONE = { apt: [], dnf: [], zypper: [], pacman: [], apk: [] };
const need: Need = { program: 'frob', packages: NONE, module: 'example.org/frob/cmd/frob@v1.2.3' };
const DEBIAN = 'ID=debian\nVERSION_CODENAME=trixie\n';

function fake(name: string, script: string): void {
  writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, 'bin', name), 0o755);
}
const put = () => (existsSync(join(dir, 'ebpf-workshop/bin')) ? readdirSync(join(dir, 'ebpf-workshop/bin')) : []);

describe('a module’s program', () => {
  it('is built by Go, and only whole ones are put where programs are looked for', async () => {
    fake('go', 'echo "$@" > "$GOBIN/asked"; printf "#!/bin/sh\\necho v1.2.3\\n" > "$GOBIN/frob"');
    const way = wayTo(need, '');
    expect(way?.command).toContain(`go install ${need.module}`);
    const path = await way!.make();
    expect(path).toBe(join(dir, 'ebpf-workshop/bin/frob'));
    expect(readFileSync(path, 'utf8')).toContain('v1.2.3');
    expect(put()).toEqual(['frob']);
    expect(readdirSync(join(dir, 'ebpf-workshop'))).toEqual(['bin']);
  });
  it('that does not build is told with Go’s last words, and leaves nothing', async () => {
    fake('go', 'echo "half" > "$GOBIN/frob"; echo "no required module provides package" >&2; exit 1');
    await expect(wayTo(need, '')!.make()).rejects.toMatchObject({
      errorName: 'install.failed',
      values: { packages: 'frob', detail: expect.stringContaining('no required module') },
    });
    expect(put()).toEqual([]);
    expect(readdirSync(join(dir, 'ebpf-workshop'))).toEqual([]);
  });
});

describe('which way', () => {
  const taken: Need = { ...need, taken: { package: 'frobs', member: 'usr/bin/frob' } };
  it('a package of Debian’s goes first, and is not installed', () => {
    fake('apt-get', '');
    fake('go', '');
    expect(wayTo(taken, DEBIAN)?.command).toMatch(/^apt-get download frobs/);
    expect(wayTo(taken, 'ID=ubuntu\nVERSION_CODENAME=noble\n')?.command).toContain('go install');
  });
  it('none without Go: its publisher’s release is what is left', () => {
    vi.stubEnv('PATH', join(dir, 'bin'));
    expect(wayTo(need, '')).toBeNull();
  });
  it('what monitoring takes has one everywhere', () => {
    for (const { program, release, taken: from, module, packages } of MONITORING_NEEDS) {
      expect(release?.url, program).toMatch(/^https:\/\/.*\.tar\.gz$/);
      expect(release?.member, program).toMatch(new RegExp(`/${program}$`));
      expect(Boolean(from) || Boolean(module), program).toBe(true);
      expect(packages.apt, program).toEqual([]);
    }
  });
});
