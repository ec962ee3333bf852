/** What is joined, folded, matched and judged wrongly. */
import { type Mutant, of } from './mutant.ts';

export const EVIDENCE: Mutant[] = [
  ...of(
    'runner/evidence/verdict.ts',
    ['test/evidence/{verdict,sentences}.test.ts'],
    {
      find: 'early.blocks >= MIN_BLOCKS && early.share >= 0.9',
      replace: 'early.blocks >= MIN_BLOCKS && early.share >= 0.1',
      breaks: 'an early cohort of which most came back counts as kept',
    },
    {
      find: 'late.blocks >= MIN_BLOCKS && late.share >= 0.9',
      replace: 'late.share >= 0.9',
      breaks: 'one survivor is a cohort',
    },
    {
      find: "id: 'low-water', holds: lowLast > lowFirst",
      replace: "id: 'low-water', holds: lowLast >= lowFirst",
      breaks: 'what stands still rises',
    },
    {
      find: 'late.keptBytes >= 0.3 * early.keptBytes',
      replace: 'late.keptBytes >= 0',
      breaks: 'a site that has stopped keeping still keeps',
    },
    {
      find: 'b.died > checkedAt',
      replace: 'b.died > to',
      breaks: 'a cohort is asked too soon',
    },
    {
      find: 'if (b.died !== null && b.died > from && b.died <= to) changes.push([b.died, -b.bytes]);',
      replace: '',
      breaks: 'the low-water mark sees no block go',
    },
    {
      find: 'early.blocks < MIN_BLOCKS || early.share >= 0.5',
      replace: 'early.blocks >= MIN_BLOCKS',
      breaks: 'a short run does not grow',
    },
    {
      find: 'Math.round(SETTLING_BLOCKS * period * 1.2 - observedMs)',
      replace: 'Math.round(SETTLING_BLOCKS * period * 0.5 - observedMs)',
      breaks: 'the time that would settle it does not',
    },
    {
      find: '(commonest(blocks.map((b) => b.bytes)) * SETTLING_BLOCKS * 1000) / observedMs',
      replace: '(commonest(blocks.map((b) => b.bytes)) * MIN_BLOCKS * 1000) / observedMs',
      breaks: 'the floor is lower than what shows',
    },
    {
      find: '.sort((a, b) => b.unfreedBytes - a.unfreedBytes)',
      replace: '',
      breaks: 'the site that holds most does not come first',
    },
    {
      find: 'n === times.get(best) && v > best',
      replace: 'n === times.get(best)',
      breaks: 'of sizes that are as common, the last one counts',
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
      find: "seesFrees || answer === 'none' ? answer : blocks > 1 ? 'growing' : 'none'",
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
