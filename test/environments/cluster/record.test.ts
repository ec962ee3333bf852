import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  kubeconfigFile,
  type PartRecord,
  readPart,
  removePart,
  writeKubeconfig,
  writePart,
} from '../../../runner/environments/cluster/record.ts';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'workshop-part-'));
  vi.stubEnv('XDG_STATE_HOME', state);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true, force: true });
});

const dir = () => join(state, 'ebpf-workshop/cluster');
const part = (over: Partial<PartRecord> = {}): PartRecord => ({
  version: 1,
  context: 'prod',
  kubeconfig: kubeconfigFile(),
  namespace: 'memleak-learner',
  tools: 'memleak-tools',
  images: null,
  lifetime: 'session',
  owner: { pid: 7, startTime: '1' },
  toolbox: true,
  made: ['namespace'],
  ...over,
});

describe('the record of our part of a cluster', () => {
  it('comes back as it was written, and is replaced as a whole', () => {
    expect(readPart()).toBeNull();
    writePart(part());
    writePart(part({ made: ['namespace', 'toolbox'], lifetime: 'until-down' }));
    expect(readPart()).toEqual(part({ made: ['namespace', 'toolbox'], lifetime: 'until-down' }));
    expect(readdirSync(dir())).toEqual(['part.json']);
  });
  it('of before images were kept with it is read as one without', () => {
    const { images: _, ...older } = part();
    writePart(older as PartRecord);
    expect(readPart()).toEqual(part());
  });
  it.each([
    ['torn', JSON.stringify(part()).slice(0, 40)],
    ['empty', ''],
    ['of a newer version', JSON.stringify({ ...part(), version: 2 })],
    ['of something made that we do not make', JSON.stringify({ ...part(), made: ['cluster'] })],
  ])('that cannot be read (%s) is set aside whole', (_, text) => {
    writePart(part());
    writeFileSync(join(dir(), 'part.json'), text);
    expect(readPart()).toBeNull();
    const [aside = ''] = readdirSync(dir());
    expect(aside).toMatch(/^part\.json\.unreadable-\d+$/);
    expect(readFileSync(join(dir(), aside), 'utf8')).toBe(text);
  });
});

describe('the kubeconfig beside it', () => {
  it('is read by nobody else', () => {
    writeKubeconfig('secret');
    expect(readFileSync(kubeconfigFile(), 'utf8')).toBe('secret');
    expect([statSync(kubeconfigFile()).mode & 0o777, statSync(dir()).mode & 0o777]).toEqual([0o600, 0o700]);
  });
  it('goes with the record, and the folder with both; what was set aside stays', () => {
    writePart(part());
    writeKubeconfig('secret');
    removePart();
    removePart();
    expect(existsSync(dir())).toBe(false);
    writePart(part());
    writeFileSync(join(dir(), 'part.json.unreadable-1'), 'x');
    removePart();
    expect(readdirSync(dir())).toEqual(['part.json.unreadable-1']);
  });
});
