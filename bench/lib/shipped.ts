// A leak that a distribution shipped under our tracer, beside its healthy twin, and what the product's judge makes of it.
import { hostPlace } from '../../runner/environments/local/place.ts';
import { judgement, withoutCutList } from '../../runner/evidence/judgement.ts';
import type { Answer, Estimate } from '../../runner/evidence/verdict.ts';
import { observe } from '../../runner/session/attempt.ts';
import {
  type Asked,
  type Build,
  type Half,
  type Load,
  type ShippedLeak,
  started,
  type Truth,
} from '../../runner/shipped/index.ts';
import { tools } from '../../runner/tools/index.ts';
import { tracerPath } from './tracer.ts';

/** A tracer attaches while others do, s. */
const SLACK_S = 30;

export interface Recorded {
  half: Half;
  /** What the tracer printed, with the truth in its first line. */
  text: string;
  truth: Truth;
  /** While it was watched. */
  asked: Asked;
  /** How long the load ran while it was watched, ms. */
  ranMs: number;
}

export interface Look {
  answer: Answer | null;
  /** The functions of the site that is shown first, from the allocation outwards. */
  stack: (string | null)[];
  /** Whether what asked for it is among them, or only whom it asked. */
  named: 'yes' | 'through' | 'no';
  bytes: number;
  blocks: number;
  /** What the verdict says of it: of its blocks, those that are lost, 0 to 1; and bytes a second. Null where it says nothing. */
  share: Estimate | null;
  rate: Estimate | null;
  floorBytesPerSecond: number | null;
}

/** Runs a half under its load and our tracer for so many seconds. */
export async function recorded(
  leak: ShippedLeak,
  {
    build,
    half,
    load,
    seconds,
    every = 1,
    options = [],
    signal,
  }: {
    build: Build;
    half: Half;
    load: Load;
    seconds: number;
    /** Seconds between two lists. */
    every?: number;
    /** What else the tracer is told. */
    options?: readonly string[];
    signal: AbortSignal;
  },
): Promise<Recorded> {
  const service = await started(leak, { build, half, load, signal });
  try {
    const tracer = hostPlace.exec(
      [tracerPath(), '-p', String(service.pid), '--json', '-i', String(every), '-d', String(seconds), ...options],
      { elevated: true, timeoutMs: (seconds + SLACK_S) * 1000, signal },
    );
    let text = '';
    let before: { at: number; asked: Asked } | null = null;
    for await (const chunk of tracer.output) {
      text += String(chunk);
      if (before === null && text.includes('"attached"')) before = { at: performance.now(), asked: service.counts() };
    }
    const { code } = await tracer.ended;
    signal.throwIfAborted();
    if (code !== 0 || before === null) throw new Error(`memleak ended with ${code}: ${text.slice(-400)}`);
    const { good, bad } = service.counts();
    return {
      half,
      text,
      truth: service.truth,
      asked: { good: good - before.asked.good, bad: bad - before.asked.bad },
      ranMs: performance.now() - before.at,
    };
  } finally {
    await service.end();
  }
}

/** What was printed until so many ms after the start. */
export function until(text: string, ms: number): string {
  return text
    .split('\n')
    .filter((line) => {
      const at = /"at_ms": ?([\d.]+)/.exec(line.slice(0, 400))?.[1];
      return at === undefined ? !/"type": ?"end"/.test(line) : Number(at) <= ms;
    })
    .join('\n');
}

/** What `workshop judge` says of a transcript. */
export async function judged(text: string, truth: Truth): Promise<Look> {
  const { evidence } = await observe([Buffer.from(text)], tools.memleak);
  const { answer, sites, verdict } = judgement(withoutCutList(evidence, false));
  const first = sites[0];
  const stack = first?.stack.map(({ symbol }) => symbol) ?? [];
  return {
    answer,
    stack,
    named: stack.includes(truth.function)
      ? 'yes'
      : stack.some((symbol) => symbol !== null && truth.through.includes(symbol))
        ? 'through'
        : 'no',
    bytes: first?.bytes ?? 0,
    blocks: first?.blocks ?? 0,
    share: first?.verdict?.share ?? null,
    rate: first?.verdict?.rate ?? null,
    floorBytesPerSecond: verdict?.floorBytesPerSecond ?? null,
  };
}
