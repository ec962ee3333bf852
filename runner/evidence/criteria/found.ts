import { isBlock } from '../fold.ts';
import type { Finding } from '../model.ts';
import { callSite } from '../site.ts';
import { criterion, met, more, unmet, UNNAMED } from './define.ts';

/** A tool that watches until something is proven has found the leaker after about 12 blocks; so many, and it keeps nothing. */
const SURELY = 24;
/** Nor in less time than this, ms: it looks at the process once in a while. */
const LEAST_MS = 8000;

/** The tool itself has found it: a leak, in the function that leaks, of its block's size. */
export const foundLeak = () =>
  criterion('found-leak', ({ evidence, truth }) => {
    const finding = evidence.findLast((e): e is Finding => e.kind === 'finding');
    const watched = evidence.reduce((last, e) => ('atMs' in e && e.atMs !== null ? Math.max(last, e.atMs) : last), 0);
    if (!finding) {
      const needed = Math.max(SURELY * truth.periodMs, LEAST_MS);
      const values = { seen: '0', expected: truth.function, watched, blocks: 0, bytes: 0, size: 0 };
      return watched >= needed
        ? unmet(values, 'nothing-found')
        : more({ ...values, moreMs: Math.max(needed / 2 - watched, truth.periodMs) }, 'too-short');
    }
    const seen = callSite(finding.stack) ?? UNNAMED;
    const values = {
      seen,
      expected: truth.function,
      watched,
      blocks: finding.blocks,
      bytes: finding.bytes,
      size: finding.commonSize,
    };
    if (finding.answer === 'none') return unmet(values, 'nothing-found');
    if (finding.answer === 'growing') return more(values, 'unproven');
    if (seen !== truth.function)
      return unmet(values, finding.stack.every((f) => f.symbol === null) ? 'no-symbols' : 'other-function');
    return isBlock(finding.commonSize, truth.blockBytes)
      ? met(values)
      : unmet({ ...values, expected: truth.blockBytes }, 'other-leak');
  });

/** What was found took no probe on malloc, by the tool's own bill. */
export const unprobed = () =>
  criterion('unprobed', ({ evidence }) => {
    const finding = evidence.findLast((e): e is Finding => e.kind === 'finding');
    if (!finding) return more({});
    const { hits, probedMs: probed, by } = finding;
    return by === 'mmap' && hits === 0 && probed === 0 ? met({}) : unmet({ hits, probed });
  });
