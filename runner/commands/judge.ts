import { createReadStream, statSync } from 'node:fs';
import { judgement, type Judgement, type Limit, limitOf, withoutCutList } from '../evidence/judgement.ts';
import { match, saysSomething } from '../evidence/match.ts';
import type { Evidence, Notice, Subject } from '../evidence/model.ts';
import { callSite } from '../evidence/site.ts';
import { judge, type SiteVerdict } from '../evidence/verdict.ts';
import { EXIT, WorkshopError } from '../errors.ts';
import { command, optional } from '../cli/declare.ts';
import { choice, seconds, size } from '../cli/options.ts';
import { printJson } from '../cli/print.ts';
import { observe } from '../session/attempt.ts';
import { judgementLines } from '../terminal/judgement.ts';
import { outcomeLines } from '../terminal/outcome.ts';
import { sanitize } from '../terminal/sanitize.ts';
import { styleFor } from '../terminal/style.ts';
import { TOOLS, tools } from '../tools/index.ts';
import { recognized } from '../tools/recognize.ts';
import { words } from '../words/index.ts';

/** Call sites in the document: more nobody reads. */
const MOST_SITES = 1000;
/** A file that is pasted ends where its tool did: a prompt says so to the readers. */
const END = Buffer.from('\n$ \n');

/** `workshop judge [FILE]`: what a tool printed about any process, without a lab. */
export default command({
  name: 'judge',
  args: { file: optional('FILE') },
  options: {
    tool: choice(
      'tool',
      TOOLS.filter((kind) => tools[kind].marks),
      () => undefined,
    ),
    age: seconds('age'),
    limit: size('limit'),
  },
  json: 'judge',
  examples: [
    'judge memleak.txt',
    'judge memleak.txt --limit 512Mi',
    'judge --tool bpftrace < FILE',
    'judge memleak.txt --json',
  ],
  async run({ file, tool: named, age, limit, lang, json }) {
    const say = words(lang);
    if (file === undefined && process.stdin.isTTY) process.stderr.write(`${say('judge.paste')}\n`);
    const name = file ?? say('judge.stdin');
    const { kind, begins, bytes } = await recognized(file === undefined ? process.stdin : opened(file), named);
    if (begins === null) throw new WorkshopError('judge.empty', { file: name });
    if (begins === 'binary') throw new WorkshopError('judge.binary', { file: name });
    if (kind === null) throw new WorkshopError('judge.unknown', { file: name, begins: sanitize(begins).slice(0, 120) });
    const last = { byte: 10 };
    const { evidence } = await observe(ended(bytes, last), tools[kind]);
    const whole = withoutCutList(evidence, last.byte !== 10);
    const neededMs = age === undefined ? {} : { neededMs: age * 1000 };
    const judged = judgement(whole, (seen) => judge(seen, neededMs));
    const reached = limit === undefined ? null : limitOf(judged, whole, limit);
    const notices = whole.filter((e): e is Notice => e.kind === 'notice');
    const pids = [...new Set(whole.flatMap((e) => (e.kind === 'subject' ? [(e satisfies Subject).pid] : [])))];
    if (json)
      printJson('judge', documentOf(judged, { lang, file: file ?? null, tool: kind, pids, limit: reached, notices }));
    else if (judged.basis === 'nothing' && notices.length > 0) process.stdout.write(`${why(say, whole).join('\n')}\n`);
    else {
      const columns = Math.min(process.stdout.columns ?? 80, 100);
      const lines = judgementLines(
        say,
        styleFor(process.stdout),
        judged,
        { tool: tools[kind].title ?? kind, pids, notices, limit: reached },
        columns,
      );
      process.stdout.write(`${lines.join('\n')}\n`);
    }
    return exitOf(judged, whole);
  },
});

/** Judged, whatever the answer, is 0; what its tool could not do is 4, and a transcript without anything to judge 5. */
function exitOf({ basis }: Judgement, evidence: readonly Evidence[]): number {
  if (basis !== 'nothing') return EXIT.ok;
  return outcomeOf(evidence).kind === 'blocked' ? EXIT.environment : EXIT.nothingRan;
}

/** Where there is nothing to judge, what a check would say. */
const outcomeOf = (evidence: readonly Evidence[]) =>
  match([], {
    evidence: evidence.filter((e) => e.kind === 'notice' || !saysSomething(e)),
    truth: { workload: '', leaks: false, call: '', function: '', blockBytes: 0, periodMs: 0, capBytes: 0 },
    subjects: { pid: 0, innerPid: 0, libc: '', owns: null },
  });

const why = (say: ReturnType<typeof words>, evidence: readonly Evidence[]): string[] => {
  const [, ...said] = outcomeLines(say, styleFor(process.stdout), outcomeOf(evidence), 'machine');
  return [say('judge.nothing'), ...said.map(sanitize)];
};

function documentOf(
  judged: Judgement,
  about: {
    lang: 'ko' | 'en';
    file: string | null;
    tool: string;
    pids: number[];
    limit: Limit | null;
    notices: Notice[];
  },
) {
  const { notices, ...rest } = about;
  const { answer, basis, looks, verdict } = judged;
  return {
    ...rest,
    answer,
    basis,
    looks,
    observedMs: verdict?.observedMs ?? null,
    settleMs: verdict?.settleMs ?? null,
    floorBytesPerSecond: verdict?.floorBytesPerSecond ?? null,
    unlooked: verdict?.unlooked ?? null,
    sites: judged.sites.slice(0, MOST_SITES).map((site) => ({
      answer: site.answer,
      function: callSite(site.stack),
      stack: site.stack.map((f) => f.symbol),
      modules: site.stack.map((f) => f.module ?? null),
      blocks: site.blocks,
      bytes: site.bytes,
      ...detailsOf(judged.verdict ? site.verdict : null),
    })),
    sitesOmitted: Math.max(0, judged.sites.length - MOST_SITES),
    notices,
  };
}

const detailsOf = (verdict: SiteVerdict | null) => ({
  reasons: verdict?.reasons ?? [],
  longestEndedMs: verdict?.longestEndedMs ?? null,
  share: verdict?.share ?? null,
  rate: verdict?.rate ?? null,
  holders: (verdict?.holders ?? []).map(({ stack, ...holder }) => ({
    ...holder,
    ...(stack === undefined ? {} : { function: callSite(stack) }),
  })),
});

async function* ended(bytes: AsyncIterable<Uint8Array>, last: { byte: number }): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    last.byte = chunk.at(-1) ?? last.byte;
    yield chunk;
  }
  yield END;
}

function opened(file: string): AsyncIterable<Uint8Array> {
  try {
    if (statSync(file).isDirectory()) throw new Error(`${file} is a directory`);
  } catch (error) {
    throw new WorkshopError('usage.unreadable-file', { file, detail: (error as Error).message });
  }
  return reading(file);
}

/** A file that may be opened may still not be read. */
async function* reading(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file);
  } catch (error) {
    throw new WorkshopError('usage.unreadable-file', { file, detail: (error as Error).message });
  }
}
