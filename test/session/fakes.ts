import { Readable } from 'node:stream';
import type { Environment } from '../../runner/model/environment.ts';
import type { EnvironmentKind, ToolKind } from '../../runner/model/kinds.ts';
import type { Feature, Lab, LabSpec } from '../../runner/model/lab.ts';
import type { Ending, ExecOptions, Place } from '../../runner/model/place.ts';
import { typedInPod } from '../../runner/environments/kube/typed.ts';
import type { Outcome } from '../../runner/evidence/match.ts';
import type { Evidence, NoticeCode } from '../../runner/evidence/model.ts';
import type { Beside, OwnShell } from '../../runner/session/shell/own-shell.ts';
import type { Choice, Ui } from '../../runner/session/ui.ts';
import { type Lang, type Say, words } from '../../runner/words/index.ts';
import type { Tool } from '../../runner/model/tool.ts';

/** A tracer of our own: a line `malloc BYTES` is an allocation, `! CODE` what it says of itself, all else is nothing. */
export class FakeTool implements Tool {
  kind: ToolKind;
  constructor(kind: ToolKind = 'bpftrace') {
    this.kind = kind;
    if (kind !== 'system') this.trial = { variant: 'leaker', argv: () => [], named: () => true };
  }
  detect: Tool['detect'] = async () => ({ found: true, path: '/bin/fake', version: '1' });
  needs: Tool['needs'] = () => [];
  trial?: NonNullable<Tool['trial']>;
  async *read(bytes: AsyncIterable<Uint8Array | string>): AsyncIterable<Evidence> {
    let text = '';
    for await (const chunk of bytes) {
      text += Buffer.from(chunk).toString();
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const [word, what = ''] = line.split(' ');
        if (word === 'malloc')
          yield {
            kind: 'allocation',
            call: 'malloc',
            atMs: null,
            pid: null,
            address: null,
            bytes: Number(what),
            stack: null,
          };
        if (word === '!') yield { kind: 'notice', code: what as NoticeCode, detail: line };
      }
    }
  }
}

export class FakeLab implements Lab {
  id: string;
  environment: EnvironmentKind = 'host';
  spec: LabSpec;
  target: Lab['target'];
  truth = {
    workload: 'small',
    leaks: true,
    call: 'malloc',
    function: 'leak',
    blockBytes: 1024,
    periodMs: 300,
    capBytes: 1048576,
  };
  alive = true;
  blocks = 0;
  downs = 0;
  required: Feature[] = [];
  ran: { argv: readonly string[]; options: ExecOptions }[] = [];
  /** What the next command prints, how it ends, and how often the service allocates meanwhile. */
  next: { prints: string; ending?: Partial<Ending>; allocates?: number; meanwhile?: () => void } = { prints: '' };

  constructor(pid = 12, spec: Partial<LabSpec> = {}) {
    this.id = `lab-${pid}`;
    this.spec = { workload: 'small', variant: 'leaker', pace: 'fast', lifetime: 'session', ...spec };
    this.target = {
      pid,
      startTime: String(pid * 100),
      innerPid: 1,
      comm: 'small',
      libc: `/proc/${pid}/root/libc.so.6`,
      healthPort: 8080,
      metricsPort: 9090,
      logFile: '/tmp/service.log',
      startedAt: 0,
      kube: null,
    };
  }
  place: Place = {
    exec: (argv, options = {}) => {
      this.ran.push({ argv, options });
      const { prints, ending = {}, allocates = 0, meanwhile } = this.next;
      this.blocks += allocates;
      meanwhile?.();
      return {
        output: Readable.from([Buffer.from(prints)]),
        ended: Promise.resolve({ code: 0, signal: null, timedOut: false, error: null, ...ending }),
        stop: async () => {},
      };
    },
    which: async (program) => `/usr/bin/${program}`,
    env: () => ({}),
  };
  runs: Lab['runs'] = (tool) => tool;
  typed: Lab['typed'] = (argv, where) => ({ argv: [...argv], elevated: where !== 'pod' });
  subjects: Lab['subjects'] = async () => ({ pid: this.target.pid, innerPid: 1, libc: this.target.libc, owns: null });
  health: Lab['health'] = async () => (this.alive ? { ok: true, reason: null } : { ok: false, reason: 'died' });
  allocated = async () => this.blocks;
  allocations = async () => {};
  async require(feature: Feature) {
    this.required.push(feature);
    return true;
  }
  async down() {
    this.downs++;
    this.alive = false;
  }
}

/** The same in a pod. */
export class FakePod extends FakeLab {
  override environment: EnvironmentKind = 'kind';
  kube = {
    namespace: 'of-a-learner',
    deployment: 'leaker',
    pod: 'leaker-5d-x2',
    container: 'leaker',
    containerId: 'containerd://0a1b',
    node: 'node-a',
    nodePid: 21873,
    toolbox: 'toolbox-x',
    tools: 'of-a-class',
    restarts: 0,
    lastEnd: '',
  };
  constructor(pid = 1, spec: Partial<LabSpec> = {}) {
    super(pid, spec);
    this.target = { ...this.target, logFile: 'deployment/leaker', kube: this.kube };
    this.place = { ...this.place, env: () => ({ KUBECONFIG: '/state/kubeconfig' }) };
  }
  override typed: Lab['typed'] = (argv, where) => ({ argv: typedInPod(this.kube, argv, where), elevated: false });
}

/** Hands out a new lab, with a new pid, each time; `there` are labs that were up before. */
export class FakeEnvironment implements Environment {
  kind = 'host' as const;
  place = new FakeLab().place;
  there: FakeLab[];
  started: FakeLab[] = [];
  constructor(...there: FakeLab[]) {
    this.there = there;
  }
  site = 'machine' as const;
  elevates = true;
  needs: Environment['needs'] = () => [];
  async open() {}
  async close() {}
  detect: Environment['detect'] = (tool) =>
    new FakeTool(tool).detect({ site: this.site, here: this.place, node: this.place });
  preflight: Environment['preflight'] = async (tool) => ({ ok: true, tool, version: '1', findings: [] });
  fits?: NonNullable<Environment['fits']>;
  async up(spec: LabSpec) {
    const lab = new FakeLab(100 + this.started.length, spec);
    this.started.push(lab);
    return lab;
  }
  labs = async () => this.there;
  records: Environment['records'] = () => [];
  describe = () => ({ what: '', orphan: false });
  down = async () => true;
  sweep = async () => {};
  leftovers = async (): Promise<string[]> => [];
}

/** A shell beside the lesson, of which only the opening is of interest. */
export const fakeShell = (
  open: (at: Beside) => void | Promise<void> = () => {},
  more: Partial<OwnShell> = {},
): OwnShell => ({
  lacks: () => null,
  async open(at) {
    await open(at);
    return 'here';
  },
  async follow() {},
  news: () => new AbortController().signal,
  async end() {},
  ...more,
});

/** A learner who types what the script says, in order, and leaves (null) when it ends. Pressing what isn't offered throws. */
export class FakeUi implements Ui {
  lang: Lang = 'en';
  say = ((...said: Parameters<Say>) => words(this.lang)(...said)) as Say;
  speak(lang: Lang) {
    this.lang = lang;
  }
  style = { plain: true, accessible: false, good: String, bad: String, dim: String, strong: String, accent: String };
  shown: string[] = [];
  offered: { message: string; keys: string[] }[] = [];
  outcomes: Outcome[] = [];
  initial: (string | undefined)[] = [];
  typed: string[];
  constructor(...typed: string[]) {
    this.typed = typed;
  }
  print = (text: string) => void this.shown.push(text);
  raw = this.print;
  prose = async (text: string) => this.print(text);
  page = async (text: string) => this.print(text);
  compare: Ui['compare'] = (...runs) =>
    this.print(`[${runs.map((r) => r.name).join(' | ')}${runs[0].as ? `, ${runs[0].as}` : ''}]`);
  picture = () => {
    this.print('[picture]');
    return [] as string[];
  };
  live = () => ({
    chunk: (bytes: Uint8Array) => this.print(`live: ${Buffer.from(bytes).toString().trim()}`),
    evidence: () => {},
    end: () => this.print('live ended'),
  });
  outcome(outcome: Outcome) {
    this.outcomes.push(outcome);
    return [`outcome: ${outcome.kind}`];
  }
  async choose(message: string, choices: Choice[]) {
    const keys = choices.map((c) => c.key);
    this.offered.push({ message, keys });
    const key = this.typed.shift() ?? null;
    if (key !== null && !keys.includes(key)) throw new Error(`${key} is none of ${keys.join(' ')}`);
    return key;
  }
  keys: Ui['keys'] = async (message, choices, { also, until }) => {
    if (until?.aborted) return null;
    if (this.typed[0] === '?' && choices.some((c) => c.key === '?')) return this.typed.shift() ?? null;
    return this.choose(message, also.length > 0 ? also : choices);
  };
  async line(_message: string, initial?: string) {
    if (initial !== undefined) this.initial.push(initial);
    return this.typed.shift() ?? null;
  }
  async block(_message: string, initial?: string) {
    this.initial.push(initial);
    return this.typed.shift() ?? null;
  }
  /** All that was on screen. */
  get text() {
    return this.shown.join('\n');
  }
}
