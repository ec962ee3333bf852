import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EnvironmentKind } from '../../runner/model/kinds.ts';
import { match } from '../../runner/evidence/match.ts';
import type { Evidence } from '../../runner/evidence/model.ts';
import { display } from '../../runner/lesson/commands.ts';
import { manualFacts } from '../../runner/lesson/facts.ts';
import { loadLesson } from '../../runner/lesson/load.ts';
import { tools } from '../../runner/tools/index.ts';
import { truth } from './judging.ts';

const lesson = await loadLesson('08-inspektor-gadget');
const MIB = 1024 * 1024;
const of = (id: string) => {
  const step = lesson.steps.find((s) => s.id === id);
  if (step?.kind !== 'command') throw new Error(id);
  return step;
};
const shown = (id: string, env: EnvironmentKind, inspektor: boolean) =>
  display(of(id).solution({ ...manualFacts(env), inspektor }));

describe('what is typed', () => {
  it.each<[EnvironmentKind, boolean, string]>([
    [
      'host',
      true,
      'sudo ig run memleak:latest --collect-ustack -o json --timeout 95 --annotate memleak:fetch-interval=10s --host --pid PID --verify-image=false',
    ],
    [
      'kind',
      true,
      'kubectl gadget run REGISTRY/memleak:latest --collect-ustack -o json --timeout 95 --annotate memleak:fetch-interval=10s -n memleak-demo --podname POD',
    ],
    ['host', false, 'sudo memleak -p PID --gadget -i 10 -d 85'],
    [
      'kind',
      false,
      'kubectl -n memleak-tools exec -i TOOLBOX -- guarded memleak --mntns NODE-PID --gadget -i 10 -d 85',
    ],
  ])('on %s, where Inspektor Gadget runs: %s', (env, inspektor, command) => {
    expect(shown('trace', env, inspektor)).toBe(command);
    expect(shown('only-big', env, inspektor)).toContain(' --min-size 1048576');
  });
  it.each<[EnvironmentKind, boolean, RegExp]>([
    ['host', true, /sudo ig image build -t memleak:mine "\$mine"\nsudo ig run memleak:mine /],
    [
      'host',
      false,
      /make -s -C "\$mine" gadget BUILD="\$mine"\nsudo memleak -p PID "--gadget=\$mine\/memleak\.gadget\.o" /,
    ],
    ['kind', true, /kubectl .* bash -c 'mine=.*\ncp -r \/workshop\/bpf\/memleak\/\. "\$mine"\n/],
  ])('a changed gadget on %s, where Inspektor Gadget runs: %s', (env, inspektor, says) => {
    expect(shown('make-it-yours', env, inspektor)).toMatch(says);
  });
  it('changes lines that the program has', () => {
    const program = readFileSync(join(import.meta.dirname, '../../bpf/memleak/program.bpf.c'), 'utf8');
    expect(program.match(/^\t__u64 lost;/gm)).toHaveLength(1);
    expect(program.match(/^\tline\.pid = /gm)).toHaveLength(1);
  });
});

async function read(text: string): Promise<Evidence[]> {
  async function* once() {
    yield text;
  }
  const evidence: Evidence[] = [];
  for await (const e of tools.gadget.read(once())) evidence.push(e);
  return evidence;
}
const line = (at: number, blocks: number, more: object = {}, symbols = 'memory_leak_thread; start_thread; ') => ({
  timestamp_raw: 1.8e18 + at * 1e6,
  mntns_id: 4026533149,
  comm: 'stealth-leaker',
  pid: 9383,
  stack_id: 7,
  outstanding_bytes: blocks * MIB,
  outstanding_count: blocks,
  allocated_bytes: blocks * MIB,
  freed_bytes: 0,
  allocs: blocks,
  frees: 0,
  lost: 0,
  ustack: { addresses: '0x01; 0x02; ', symbols, stack_id: 7 },
  ...more,
});
const fetches = (...all: object[][]) => `${all.map((f) => JSON.stringify(f)).join('\n')}\n`;
const inPod = { pid: 1, innerPid: 1, nodePid: 530, mntns: 4026533149, libc: '', owns: null };
const judged = async (id: string, text: string, subjects: object = inPod) =>
  match(of(id).expect, { evidence: await read(text), truth, subjects: { ...inPod, ...subjects } });

describe('what comes', () => {
  const growing = fetches([line(0, 1)], [line(600, 3)], [line(1200, 5)], [line(1800, 7)], [line(2400, 9)]);
  it('piles up: passed, though the pid is that of no namespace that we know', async () => {
    expect(await judged('trace', growing)).toMatchObject({ kind: 'pass' });
  });
  it('of another container says nothing about ours', async () => {
    expect(await judged('trace', growing, { mntns: 4026533000 })).toMatchObject({
      kind: 'wrong',
      criteria: [{ id: 'own-container', state: 'unmet' }, {}],
    });
  });
  it('on a host is told by its pid', async () => {
    const { mntns: _, nodePid: __, ...here } = inPod;
    const host = (pid: number) =>
      match(of('trace').expect, {
        evidence: [{ kind: 'subject', pid: 9383, mntns: 4026531832 }],
        truth,
        subjects: { ...here, pid },
      }).criteria[0];
    expect(host(9383)).toMatchObject({ state: 'met' });
    expect(host(9384)).toMatchObject({ state: 'unmet' });
  });
  it('and goes again does not pass', async () => {
    expect(
      await judged('trace', fetches([line(0, 1)], [line(600, 3)], [line(1200, 3)], [line(1800, 3)], [line(2400, 3)])),
    ).toMatchObject({ kind: 'wrong', criteria: [{ state: 'met' }, { id: 'blocks-pile-up', state: 'unmet' }] });
  });
  it('as nothing at all is blocked, with the reason, and never no leak', async () => {
    for (const id of ['trace', 'only-big', 'make-it-yours'])
      expect(await judged(id, '[]\n[]\n[]\n'), id).toMatchObject({
        kind: 'blocked',
        notices: [{ code: 'empty-stream' }],
      });
  });
  it('of an image that may not run is blocked as well', async () => {
    expect(
      await judged(
        'trace',
        'Error: fetching gadget information: getting gadget info: rpc error: code = Unknown desc = getting gadget info: initializing and preparing operators: instantiating operator "oci": ensuring image: verifying image: verifying gadget signature "memleak:latest": not signed\n',
      ),
    ).toMatchObject({ kind: 'blocked', notices: [{ code: 'gadget-refused' }] });
  });
  it('has a field of one’s own, with one block’s size', async () => {
    expect(await judged('make-it-yours', fetches([line(0, 2, { block_bytes: MIB })]))).toMatchObject({ kind: 'pass' });
    expect((await judged('make-it-yours', fetches([line(0, 2, { block_bytes: MIB / 2 })]))).criteria[1]).toMatchObject({
      state: 'unmet',
      cause: 'other-value',
    });
    expect((await judged('make-it-yours', fetches([line(0, 2)]))).criteria[1]).toMatchObject({
      state: 'unmet',
      cause: 'no-such-field',
    });
    expect((await judged('make-it-yours', '')).criteria[1]).toMatchObject({ state: 'more' });
  });
});
