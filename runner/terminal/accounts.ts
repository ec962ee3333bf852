import stringWidth from 'string-width';
import { aMinute } from '../evidence/account.ts';
import { accounts } from '../evidence/criteria/together.ts';
import type { Account, Evidence } from '../evidence/model.ts';
import type { Style } from '../session/ui.ts';
import { bytes, nameOf, type Say } from '../words/index.ts';
import { sanitize } from './sanitize.ts';
import { table } from './rows.ts';

/** What tools that watched together saw, one column each; nothing for fewer than two. */
export function accountLines(say: Say, style: Style, evidence: readonly Evidence[], columns = 80): string[] {
  const all = accounts(evidence);
  if (all.length < 2) return [];
  const row = (label: string, cell: (account: Account) => string | number): string[] => [
    label,
    ...all.map((account) => sanitize(String(cell(account)))),
  ];
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const rows = [
    row('', ({ tool }) => tool),
    row(say('accounts.watched'), ({ first, last }) => `${seconds(first.atMs)}–${seconds(last.atMs)} s`),
    row(say('accounts.lists'), ({ lists }) => lists),
    row(say('accounts.blocks'), ({ first, last }) => `${first.blocks} → ${last.blocks}`),
    row(say('accounts.pace'), (account) => aMinute(account).toFixed(0)),
    row(say('accounts.size'), ({ size }) => size),
    row(say('accounts.total'), ({ last, size }) => bytes(last.blocks * size).replace(/^.*\((.*)\)$/, '$1')),
    row(say('accounts.twice'), ({ twice }) => twice),
    row(say('accounts.name'), ({ name }) => nameOf(say, name || null)),
  ];
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((r) => stringWidth(r[i] ?? '')))) ?? [];
  const wide = widths.reduce((n, w) => n + w + 2, 2) <= columns;
  if (!wide || style.plain)
    return [
      say('accounts.title'),
      ...all.flatMap((_, i) =>
        table(
          rows.map((r): [string, string] => [r[0] || '', r[i + 1] ?? '']),
          columns,
        ),
      ),
    ];
  return [
    style.strong(say('accounts.title')),
    ...rows.map((r) => `  ${r.map((cell, i) => padded(cell, widths[i] ?? 0)).join('  ')}`.trimEnd()),
  ];
}

const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - stringWidth(text)));
