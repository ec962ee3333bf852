// Leaks that a distribution shipped and nobody here wrote, and each one's healthy twin, under our tracer: is the right function
// named, and is the twin left alone? Needs root (or sudo), a compiler, and Debian's packages; what can't be had is said.
// `--only=mosquitto-will,curl-trailer`, `--builds=frames,plain,shipped`, `--seconds=60`, `--every=1` between two lists,
// `--tracer=--reachable` for what the tracer is told besides (that, unless it says otherwise), `--keep=DIR` keeps what was printed.
import { setMaxListeners } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkshopError } from '../runner/errors.ts';
import { type Build, BUILDS, HALVES, LOAD, made, SHIPPED, type ShippedLeak } from '../runner/shipped/index.ts';
import { whatHappened } from '../runner/terminal/errors.ts';
import { table } from './lib/figures.ts';
import { interrupted as signal } from './lib/interrupt.ts';
import { option } from './lib/option.ts';
import { judged, type Look, type Recorded, recorded, until } from './lib/shipped.ts';
import { madeTracer } from './lib/tracer.ts';

const LOOKS_S = [20, 60];
const NAMED = { yes: 'on the stack', through: 'behind that', no: 'without a name' };

const only = option('only')?.split(',');
const builds = (option('builds')?.split(',') ?? BUILDS) as readonly Build[];
const seconds = Number(option('seconds') ?? LOOKS_S.at(-1));
const every = Number(option('every') ?? 1);
const options = (option('tracer') ?? '--reachable').split(' ').filter((word) => word !== '');
const keep = option('keep');

// Each program that runs listens.
setMaxListeners(0, signal);
const unmade = await madeTracer(signal);
if (unmade !== null) throw new Error(unmade);
const rows: string[][] = [
  [
    'leak',
    'build',
    'after',
    'answer',
    'shown',
    'right function',
    'bytes a second',
    'lost in truth',
    'share',
    'twin',
    'floor',
  ],
];
const without: string[] = [];
/** What can be had here; made first, so that nothing compiles while others are watched. */
const here: [ShippedLeak, Build][] = [];
for (const leak of SHIPPED.filter(({ name }) => only?.includes(name) ?? true))
  for (const build of builds.filter((name) => leak.builds[name])) {
    signal.throwIfAborted();
    try {
      await made(leak, build, signal);
      here.push([leak, build]);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof WorkshopError)) throw error;
      without.push(`${leak.name}, ${build}: ${told(error)}`);
    }
  }
// Side by side: what they ask of a processor is little, and an hour of one after the other nobody waits for.
const looked = await Promise.all(here.map(([leak, build]) => lookedAt(leak, build)));
rows.push(...looked.flat());
process.stdout.write(
  `${table(rows).join('\n')}\n${without.length > 0 ? `Not here:\n${without.join('\n')}\n` : ''}` +
    `One request in ${LOAD.oneIn} of ${LOAD.perSecond} a second is bad. "Share": of blocks of the shown site, those that outlive all that came back.\n`,
);

/** What stands in the way, as a person is told. */
function told(error: WorkshopError): string {
  return [whatHappened(error, 'en'), error.values['detail']?.split('\n')[0]].join(' ').trim();
}

/** Both halves side by side, as a colleague would compare them. */
async function lookedAt(leak: ShippedLeak, build: Build): Promise<string[][]> {
  const both = await Promise.all(
    HALVES.map((half) => recorded(leak, { build, half, load: LOAD, seconds, every, options, signal })),
  );
  const [leaking, healthy] = both as [Recorded, Recorded];
  if (keep !== undefined) {
    mkdirSync(keep, { recursive: true });
    for (const { half, text, truth, asked, ranMs } of both) {
      const name = join(keep, `${leak.name}-${build}-${half}`);
      writeFileSync(`${name}.jsonl`, text);
      writeFileSync(`${name}.truth.json`, `${JSON.stringify({ ...truth, asked, ranMs }, null, 1)}\n`);
    }
  }
  const lines: string[][] = [];
  for (const look of LOOKS_S.filter((s) => s <= seconds)) {
    const [seen, twin] = (await Promise.all(
      [leaking, healthy].map(({ text, truth }) => judged(until(text, look * 1000), truth)),
    )) as [Look, Look];
    lines.push(rowOf(leak, build, look, leaking, seen, twin));
  }
  return lines;
}

function rowOf(leak: ShippedLeak, build: Build, look: number, leaking: Recorded, seen: Look, twin: Look): string[] {
  const truly = (leaking.asked.bad * leak.bytesPerBad) / (leaking.ranMs / 1000);
  const silent = twin.answer === 'none' ? 'silent' : `${twin.answer}: ${twin.stack[0] ?? '?'}`;
  return [
    leak.name,
    build,
    `${look} s`,
    seen.answer ?? '–',
    seen.stack.find((name) => name !== null) ?? 'no name',
    NAMED[seen.named],
    seen.rate === null ? '–' : `${seen.rate.value.toFixed(0)} ± ${seen.rate.error.toFixed(0)}`,
    truly.toFixed(0),
    seen.share === null ? '–' : `${seen.share.value.toFixed(3)} ± ${seen.share.error.toFixed(3)}`,
    silent,
    twin.floorBytesPerSecond === null ? '–' : `${twin.floorBytesPerSecond.toFixed(0)} B/s`,
  ];
}
