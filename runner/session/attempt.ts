import { constants } from 'node:os';
import type { Lab } from '../model/lab.ts';
import type { Ending } from '../model/place.ts';
import { match, type Outcome, saysSomething } from '../evidence/match.ts';
import { rightAnswer } from '../evidence/criteria/answer.ts';
import { teaches } from '../evidence/criteria/define.ts';
import type { Evidence } from '../evidence/model.ts';
import { reasonIn } from '../evidence/reason.ts';
import type { Command, Step } from '../lesson/define.ts';
import type { Tool } from '../model/tool.ts';
import { Spool } from '../journal/transcripts.ts';

/** What came of running a command or reading a transcript. */
export interface Observed {
  spool: Spool;
  evidence: Evidence[];
  /** Null for a transcript that was not run by us. */
  code: number | null;
}

/** Evidence beyond this is not kept: the verdict of 100,000 blocks is no clearer. */
const MAX_EVIDENCE = 200_000;

/** Between two looks at whether the target lives, ms. */
const LIVENESS_MS = 500;

/** So many allocations under a tool's eyes that it does not show: it looks elsewhere. */
const MANY_MISSED = 3;

export interface Watch {
  onChunk?: (chunk: Uint8Array) => void;
  onEvidence?: (evidence: Evidence[], last: Evidence) => void;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** Runs a command in the lab and reads it as it prints. */
export async function run(lab: Lab, command: Command, tool: Tool, watch: Watch = {}): Promise<Observed> {
  const argv = 'shell' in command ? ['bash', '-c', command.shell] : command.argv;
  const elevated = 'shell' in command ? false : command.elevated;
  const before = await lab.allocated();
  const running = lab.place.exec(argv, {
    elevated,
    env: labEnv(lab),
    ...(watch.signal ? { signal: watch.signal } : {}),
    ...(watch.timeoutMs ? { timeoutMs: watch.timeoutMs } : {}),
  });
  // BCC goes on printing what a dead process last held: we end it, and say why.
  let died = false;
  let looking = false;
  const alive = setInterval(async () => {
    if (died || looking) return;
    looking = true;
    const health = await lab.health();
    looking = false;
    // Of a cluster that is silent for a moment nothing is known, and nothing lost.
    if (health.ok || health.reason === 'unreachable') return;
    died = true;
    await running.stop();
  }, LIVENESS_MS);
  let observed: Observed;
  try {
    observed = await observe(running.output, tool, watch);
  } finally {
    clearInterval(alive);
  }
  const ending = await running.ended;
  if (died) observed.evidence.push({ kind: 'notice', code: 'target-died', detail: '' });
  if (ending.error)
    observed.evidence.push({ kind: 'notice', code: 'tool-missing', detail: `${argv[0]}: ${ending.error}` });
  observed.evidence = withKill(observed.evidence, ending, died || ending.timedOut || (watch.signal?.aborted ?? false));
  const missed = (await lab.allocated()) - before;
  if (tool.trial && missed >= MANY_MISSED && !observed.evidence.some(saysSomething)) {
    observed.evidence.push({ kind: 'notice', code: 'saw-nothing', detail: String(missed) });
  }
  return { ...observed, code: ending.code };
}

/** That a tool was killed says something where it was not us; what runs in another's name may end so without a word. */
function withKill(evidence: Evidence[], { code, signal }: Ending, byUs: boolean): Evidence[] {
  const told = evidence.some((e) => e.kind === 'notice' && (e.code === 'tool-killed' || e.code === 'no-memory'));
  if (byUs) return evidence.filter((e) => e.kind !== 'notice' || e.code !== 'tool-killed');
  if (told || (code !== 128 + constants.signals.SIGKILL && signal !== 'SIGKILL')) return evidence;
  return [...evidence, { kind: 'notice', code: 'tool-killed', detail: `SIGKILL, ${128 + constants.signals.SIGKILL}` }];
}

/** Reads a transcript from anywhere: a running tool, a file, a paste, a recorded shell. */
export async function observe(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  tool: Tool,
  watch: Watch = {},
): Promise<Observed> {
  const spool = new Spool();
  const evidence: Evidence[] = [];
  async function* tee() {
    for await (const chunk of bytes) {
      spool.add(chunk);
      watch.onChunk?.(chunk);
      yield chunk;
    }
  }
  for await (const item of tool.read(tee())) {
    if (evidence.length >= MAX_EVIDENCE) continue;
    evidence.push(item);
    watch.onEvidence?.(evidence, item);
  }
  // Where a tool says nothing that its reader knows, what it complained of is why there is nothing.
  const told = evidence.some((e) => e.kind !== 'subject' && !(e.kind === 'notice' && e.code === 'cut-off'));
  const reason = told ? null : reasonIn(spool.bytes().toString());
  if (reason) evidence.push(reason);
  return { spool, evidence, code: null };
}

/** Lab values reach a shell command as environment variables, never as text in it. */
export function labEnv(lab: Lab): Record<string, string> {
  const { target } = lab;
  return {
    TARGET_PID: String(target.pid),
    TARGET_LIBC: target.libc,
    HEALTH_PORT: String(target.healthPort),
    METRICS_PORT: String(target.metricsPort),
    SERVICE_LOG: target.logFile,
    ...(target.kube
      ? {
          NAMESPACE: target.kube.namespace,
          POD: target.kube.pod,
          TOOLS: target.kube.tools,
          TOOLBOX: target.kube.toolbox,
          NODE_PID: String(target.kube.nodePid),
        }
      : {}),
  };
}

/**
 * Checks a step. The lab is asked first, so that a dead target is `broken` and never blamed on the learner; an answer
 * is checked against the evidence of the step that the question is about.
 */
export async function check(step: Step, lab: Lab, evidence: readonly Evidence[], answer?: string): Promise<Outcome> {
  const health = await lab.health();
  if (!health.ok)
    return {
      kind: 'broken',
      criteria: [],
      notices: health.reason === 'oom-killed' ? [{ kind: 'notice', code: 'oom-killed', detail: '' }] : [],
    };
  return matchStep(step, lab, evidence, answer);
}

export async function matchStep(
  step: Step,
  lab: Lab,
  evidence: readonly Evidence[],
  answer?: string,
): Promise<Outcome> {
  const criteria = step.kind === 'question' ? [teaches(rightAnswer(step.reckon))] : step.expect;
  return match(criteria, {
    evidence,
    truth: lab.truth,
    subjects: await lab.subjects(),
    ...(answer === undefined ? {} : { answer }),
  });
}
