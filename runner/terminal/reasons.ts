import { callSite } from '../evidence/site.ts';
import type { Holder } from '../evidence/model.ts';
import type { Estimate, Reason, SiteVerdict } from '../evidence/verdict.ts';
import { nameOf, type Say, scaled } from '../words/index.ts';
import { markText } from './mark.ts';
import { sanitize } from './sanitize.ts';

/** Holders beyond these are left out: the first one says most. */
const HOLDERS = 2;

/** The sentences that a verdict on a call site rests on, each with its mark: what a reader can check by hand. */
export const reasonLines = (say: Say, plain: boolean, site: SiteVerdict): string[] =>
  site.reasons.map((reason) => sentence(say, site, reason, markText(say, plain, reason.holds ? 'met' : 'unmet')));

function sentence(say: Say, site: SiteVerdict, reason: Reason, holds: string): string {
  const { seen, needed } = reason;
  const counted = { holds, seen: whole(seen), needed: whole(needed), of: whole(reason.of) };
  switch (reason.id) {
    case 'survival': {
      const about = { ...counted, age: site.outlivesMs ?? 0 };
      return site.longestEndedMs === null
        ? say('report.survival.nothing-ended', about)
        : say('report.survival', { ...about, longest: site.longestEndedMs });
    }
    case 'generations':
      return say(!reason.holds && seen >= needed ? 'report.generations.stopped' : 'report.generations', counted);
    case 'age':
      return seen > 0 ? say('report.age', { holds, seen, needed }) : say('report.age.none', { holds, needed });
    case 'oldest':
      return say('report.oldest', { holds, seen, needed });
    case 'span':
      return say('report.span', { holds, seen, needed });
    case 'pace':
      return say('report.pace', { ...counted, parts: whole(reason.of) });
    case 'witness':
      return reason.holds
        ? say('report.lost', { holds, seen, of: reason.of })
        : say('report.held', { holds, of: reason.of, held: reason.of - seen, holder: holdersOf(say, site.holders) });
    case 'rises':
      return say('report.rises', { ...counted, parts: whole(needed + 1) });
    case 'lasts':
      return say('report.lasts', { holds, seen, needed });
  }
}

const holdersOf = (say: Say, holders: readonly Holder[]): string =>
  holders
    .slice(0, HOLDERS)
    .map((holder) => holderOf(say, holder))
    .join(', ') || say('name.none');

function holderOf(say: Say, { kind, symbol, offset, module, stack, tid }: Holder): string {
  if (kind === 'symbol') {
    const at = offset === undefined || offset === 0 ? '' : `+0x${offset.toString(16)}`;
    return sanitize(`${nameOf(say, symbol ?? null)}${at}${module ? ` (${module})` : ''}`);
  }
  if (kind === 'site') return say('holder.site', { name: sanitize(nameOf(say, callSite(stack ?? []))) });
  if (kind === 'stack') return say('holder.stack', { tid: tid ?? '?' });
  if (kind === 'register') return say('holder.register', { tid: tid ?? '?' });
  return module ? say('holder.memory-of', { module: sanitize(module) }) : say('holder.memory');
}

/** `25.0 KiB/s ± 3.1, 25 % ± 2 of its blocks: one in 4`; null where no rate is known. */
export function rateOf(say: Say, { rate, share }: SiteVerdict): string | null {
  if (rate === null) return null;
  const [value, error] = scaled(rate.value, rate.error);
  const each = say('report.per-second', { rate: value, error });
  return share !== null && partial(share)
    ? say('report.part', {
        each,
        percent: percent(share.value),
        error: percent(share.error),
        n: whole(1 / share.value),
      })
    : each;
}

/** Of a call site that keeps all of its blocks there is no share to tell, nor of one that keeps next to none. */
const partial = ({ value }: Estimate): boolean => value > 0.001 && value < 0.95;

const percent = (share: number): string => (100 * share).toFixed(share < 0.1 ? 1 : 0);
/** Counts of a sample are estimates. */
const whole = (n: number): number => Math.round(n);
