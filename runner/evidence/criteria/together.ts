import { aMinute } from '../account.ts';
import { isBlock } from '../fold.ts';
import type { Account, Evidence } from '../model.ts';
import { criterion, met, more, unmet } from './define.ts';

/** Windows begin and end between two blocks, and BCC's clock has whole seconds: so far the tools may be apart, as a share. */
const APART = 0.4;
/** What a healthy twin holds, and a block at either end of the window. */
const LEAST_GROWN = 5;

/** Several tools watched the same process in the same time, and say that blocks of one size pile up, at one pace. */
export const toolsAgree = (tools: readonly string[]) =>
  criterion('tools-agree', ({ evidence, truth }) => {
    const all = accounts(evidence);
    const silent = tools.filter((tool) => !all.some((a) => a.tool === tool));
    if (silent.length > 0) return more({ silent: silent.join(', ') }, 'tool-silent');
    const paces = all.map(aMinute);
    const values = { tools: all.length, least: round(Math.min(...paces)), most: round(Math.max(...paces)) };
    if (all.some(({ size }) => !isBlock(size, truth.blockBytes)))
      return unmet({ ...values, expected: truth.blockBytes }, 'other-leak');
    if (all.some(({ first, last }) => last.blocks - first.blocks < LEAST_GROWN)) return unmet(values, 'comes-back');
    return values.most - values.least <= APART * values.most ? met(values) : unmet(values);
  });

/** The last that each tool said. */
export const accounts = (evidence: readonly Evidence[]): Account[] => [
  ...new Map(evidence.flatMap((e) => (e.kind === 'account' ? [[e.tool, e] as const] : []))).values(),
];

const round = (n: number): number => Math.round(n * 10) / 10;
