/** What is joined, folded, matched and judged wrongly. */
import { type Mutant, of } from './mutant.ts';

export const EVIDENCE: Mutant[] = [
  ...of(
    'runner/evidence/verdict.ts',
    ['test/evidence/rule.test.ts'],
    {
      find: "(a.answer === 'leak' ? (b.rate?.value ?? 0) - (a.rate?.value ?? 0) : 0) ||",
      replace: '',
      breaks: 'of those that leak, the one that holds most comes first',
    },
    {
      find: 'RANK[a.answer] - RANK[b.answer] ||',
      replace: '',
      breaks: 'the site that holds most comes first, whether it leaks or not',
    },
    {
      find: "unseenFrees: lostOf(all, 'frees')",
      replace: 'unseenFrees: 0',
      breaks: 'what was freed unseen is a survivor',
    },
    {
      find: 'most + (lostBlocks * largest * 1000) / observedMs',
      replace: 'most',
      breaks: 'what was lost does not widen the floor',
    },
    {
      find: 'RANK[grown.answer] < RANK[whole.answer]',
      replace: 'RANK[grown.answer] > RANK[whole.answer]',
      breaks: 'a block that grows by realloc is not seen',
    },
  ),
  ...of(
    'runner/evidence/rule/site.ts',
    ['test/evidence/{rule,sentences}.test.ts'],
    {
      find: 'born.survivors >= least && above(plateau)',
      replace: 'above(plateau)',
      breaks: 'one survivor is a plateau',
    },
    {
      find: 'share > ERRORS * error',
      replace: 'share > 0',
      breaks: 'a share that may be none by its error is above nothing',
    },
    {
      find: 'born.held >= PARTS_HELD && born.goesOn',
      replace: 'born.held >= PARTS_HELD',
      breaks: 'what has stopped still leaks',
    },
    {
      find: 'third !== null && third >= needed',
      replace: 'third !== null',
      breaks: 'nothing has to be old',
    },
    {
      find: "waited && saw !== 'held'",
      replace: 'waited',
      breaks: 'what is held is a leak once it is old',
    },
    {
      find: 'witness.lost >= LOST_LEAST && share > LOST_SHARE',
      replace: 'share > LOST_SHARE',
      breaks: 'three blocks to which no pointer is left prove a leak',
    },
    {
      find: 'witness.lost >= LOST_LEAST && share > LOST_SHARE',
      replace: 'witness.lost >= LOST_LEAST',
      breaks: 'a few lost blocks among many that are held prove a leak',
    },
    {
      find: 'born.survivors >= LEAST_BLOCKS && born.held >= 2',
      replace: 'born.survivors >= LEAST_BLOCKS',
      breaks: 'what was lost in one go leaks on',
    },
    {
      find: 'missing * gapMs + 1.25 * Math.max(0, ...agesMs) + gapMs',
      replace: '0.25 * Math.max(0, ...agesMs)',
      breaks: 'the time that would settle it does not',
    },
    {
      find: 'const least = unknown ? PARTS.manyFrom : LEAST_BLOCKS;',
      replace: 'const least = LEAST_BLOCKS;',
      breaks: 'three blocks prove a leak where none ever came back',
    },
    {
      find: '!unknown || oldest >= NONE_BACK_AGE_MS',
      replace: 'true',
      breaks: 'sessions that have not ended yet leak',
    },
    {
      find: 'born.spanMs >= population.longestEndedMs',
      replace: 'true',
      breaks: 'what is hot in a cache leaks',
    },
    {
      find: 'spans && !born.slows && old',
      replace: 'spans && old',
      breaks: 'a service that warms up leaks',
    },
  ),
  ...of(
    'runner/evidence/rule/survival.ts',
    ['test/evidence/{rule,sentences}.test.ts'],
    {
      find: 'atRisk -= of.ended + of.alive;',
      replace: 'atRisk -= of.ended;',
      breaks: 'who is still alive is watched for ever',
    },
    {
      find: 'errors += of.ended / (watched * left)',
      replace: 'errors += of.ended / (watched * watched)',
      breaks: 'the error is none of Greenwood’s',
    },
    {
      find: 'of.wide ? atRisk - of.alive / 2 : atRisk',
      replace: 'of.wide ? atRisk - of.alive : atRisk',
      breaks: 'of a bin, nobody who is still alive was watched',
    },
  ),
  ...of(
    'runner/evidence/rule/generations.ts',
    ['test/evidence/{rule,sentences}.test.ts'],
    {
      find: 'last >= (LAST_PART * blocks.reduce((a, b) => a + b, 0)) / parts',
      replace: 'last >= 0',
      breaks: 'one straggler in the last part is a pace',
    },
    {
      find: 'blocksIn(old) / weight - unseenFrees',
      replace: 'blocksIn(old) - unseenFrees',
      breaks: 'each block that was drawn proves as much as those it stands for',
    },
    {
      find: '[1, atMs - least]',
      replace: '[2, atMs - least]',
      breaks: 'the pace is twice what it is',
    },
    {
      find: 'const began = ',
      replace: 'const began = true || ',
      breaks: 'what leaks since a minute ago leaks at the pace of an hour',
    },
    {
      find: 'falls > (2 / 3) * mean && moment',
      replace: 'moment > 1e9 && moment',
      breaks: 'fewer and fewer are as many as ever',
    },
  ),
  ...of(
    'runner/evidence/rule/population.ts',
    ['test/evidence/{rule,sentences}.test.ts'],
    {
      find: 'Math.max(OUTLIVES * longestEndedMs, LEAST_AGE_MS)',
      replace: 'Math.max(longestEndedMs, LEAST_AGE_MS)',
      breaks: 'who is a little older than the last that came back has outlived it',
    },
    {
      find: 'span.fromMs >= ms',
      replace: 'span.toMs >= ms',
      breaks: 'of a bin that begins too young, all are old',
    },
  ),
  ...of(
    'runner/evidence/rule/floor.ts',
    ['test/evidence/{rule,accuracy}.test.ts'],
    {
      find: 'const bytes = bytesIn(old) + mayHaveBeen',
      replace: 'const bytes = mayHaveBeen',
      breaks: 'what is still there hides nothing',
    },
    {
      find: 'NONE_SEEN + 2 * Math.sqrt(seen)',
      replace: '10 * NONE_SEEN',
      breaks: 'the floor is ten times what could hide',
    },
  ),
  ...of('runner/evidence/rule/cohort.ts', ['test/evidence/rule.test.ts'], {
    find: 'blocks > had ? had / blocks : 1',
    replace: '1',
    breaks: 'younger blocks in a bin are growth',
  }),
  ...of(
    'runner/evidence/rule/sums.ts',
    ['test/evidence/rule.test.ts'],
    {
      find: 'look.bytes < least.bytes ? look : least',
      replace: 'look.bytes > least.bytes ? look : least',
      breaks: 'the most that is held counts, and not the least',
    },
    {
      find: '(steps.at(-1) as number) >= LAST_PART * mean',
      replace: 'true',
      breaks: 'sums that have stopped rising still rise',
    },
  ),
  ...of('runner/evidence/rule/bins.ts', ['test/evidence/rule.test.ts'], {
    find: '(2 ** octave * (1 + quarter / PER_OCTAVE)) / NS',
    replace: '2 ** (octave + quarter / PER_OCTAVE) / NS',
    breaks: 'an octave is cut in parts of equal ratio, as no tracer cuts it',
  }),
  ...of(
    'runner/evidence/rule/numbers.ts',
    ['test/evidence/sentences.test.ts'],
    {
      find: 'n === times.get(best) && v > best',
      replace: 'n === times.get(best)',
      breaks: 'of sizes that are as common, the last one counts',
    },
    {
      find: 'square / 2 - half',
      replace: 'square / 2',
      breaks: 'a share’s lower bound is none',
    },
  ),
  ...of(
    'runner/evidence/lives.ts',
    ['test/evidence/lives.test.ts'],
    {
      find: 'timed.sort((a, b) => a.at - b.at)',
      replace: 'timed',
      breaks: 'events count in the order they were printed',
    },
    {
      find: 'if (before) before.died = at;',
      replace: '',
      breaks: 'an address that is handed out again leaves its first block alive',
    },
    {
      find: 'open.delete(e.address);',
      replace: '',
      breaks: 'a second free of an address moves the death of its block',
    },
    {
      find: 'start: Math.min(0, start)',
      replace: 'start',
      breaks: 'the window begins with the first event',
    },
    {
      find: 'alive.splice(0, Math.max(0, alive.length - blocks))',
      replace: 'alive.splice(blocks)',
      breaks: 'of sums that fall, the youngest blocks died',
    },
    {
      find: 'blocks: blocks + (same?.blocks ?? 0)',
      replace: 'blocks',
      breaks: 'of stacks that read the same, one counts',
    },
  ),
  ...of(
    'runner/evidence/fold.ts',
    ['test/evidence/fold.test.ts', 'test/evidence/criteria/outstanding.test.ts'],
    {
      find: 'Math.ceil((bytes + HEADER) / PAGE) * PAGE',
      replace: 'Math.ceil(bytes / PAGE) * PAGE',
      breaks: 'a mapping has no room for malloc’s header',
    },
    {
      find: 'callers.set(size, Math.max(0, -blocks));',
      replace: '',
      breaks: 'one caller accounts for any number of mappings',
    },
    {
      find: 'return blocks > 1 ?',
      replace: 'return blocks > 0 ?',
      breaks: 'a block between two probes is a lost caller',
    },
    {
      find: '(callers.get(mapping) ?? 0) + site.blocks',
      replace: 'site.blocks',
      breaks: 'of two callers of one size, one accounts',
    },
    {
      find: 'stack.some(ofLibc) && stack.every(',
      replace: 'stack.some(ofLibc) || stack.every(',
      breaks: 'a caller above libc is libc',
    },
  ),
  ...of(
    'runner/evidence/match.ts',
    ['test/evidence/match.test.ts'],
    {
      find: 'if (!observed && notices.some((n) => BLOCKING.has(n.code)))',
      replace: 'if (notices.some((n) => BLOCKING.has(n.code)))',
      breaks: 'a warning of a run that works blocks it',
    },
    {
      find: '.sort((a, b) => weight(a) - weight(b))',
      replace: '',
      breaks: 'notices come as they were printed',
    },
    {
      find: "results.length > 0 && results.every((r) => r.state === 'met')",
      replace: "results.every((r) => r.state === 'met')",
      breaks: 'an expectation of nothing passes',
    },
    {
      find: 'if (!passes && notices.some((n) => EXHAUSTED.has(n.code)))',
      replace: 'if (!observed && notices.some((n) => EXHAUSTED.has(n.code)))',
      breaks: 'a tool that ran out of memory half-way is told to run longer',
    },
    {
      find: "e.kind !== 'notice' && e.kind !== 'subject'",
      replace: "e.kind !== 'notice'",
      breaks: 'a process that was named was observed',
    },
  ),
  ...of(
    'runner/evidence/judgement.ts',
    ['test/evidence/judgement.test.ts'],
    {
      find: "(seesFrees && timed) || answer === 'none' ? answer : blocks > 1 ? 'growing' : 'none'",
      replace: 'answer',
      breaks: 'calls of which no free is shown are a leak',
    },
    {
      find: "return answer === 'leak' && unproven ? 'growing' : answer;",
      replace: 'return answer;',
      breaks: 'sums that nobody vouches for are a proof',
    },
    {
      find: 'if (before.sites.every((s) => has.has(siteOf(s.stack)))) return [...evidence];',
      replace: 'return [...evidence];',
      breaks: 'a list that the end of the file has cut is whole',
    },
  ),
  ...of('runner/evidence/site.ts', ['test/evidence/site.test.ts'], {
    find: 'innermost === null || callSite(stack) !== null',
    replace: 'innermost === null',
    breaks: 'a caller that is known is lost',
  }),
];
