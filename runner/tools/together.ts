import { accountOf } from '../evidence/account.ts';
import type { Evidence } from '../evidence/model.ts';
import type { Tool } from '../model/tool.ts';
import { bcc } from './bcc/index.ts';
import { bpftrace } from './bpftrace/index.ts';
import { gadget } from './gadget/index.ts';
import { memleak } from './memleak/index.ts';
import { splitter } from './text/lines.ts';
import { notice } from './text/notice.ts';

declare module '../model/kinds.ts' {
  interface Tools {
    together: object;
  }
}

/** Those that watch together; memleak is what stands in for the gadget. */
const ALL = { bpftrace, bcc, gadget } as const;
type Name = keyof typeof ALL;

/** `bcc| …`: whose line it is. */
const LINE = /^(bpftrace|bcc|gadget)\| ?(.*)$/;
/** The last line of each. */
export const ENDS = '-- ends';
/** Of one tool so much is kept, characters: more than minutes of lists. */
const MOST = 4 * 1024 * 1024;

/**
 * Three tools that watch the same process at the same time, the lines of each marked with its name: `bcc| …`. What each comes to
 * is told once it has ended; nothing of the three is ever added up.
 */
export const together: Tool<'together'> = {
  kind: 'together',
  title: 'bpftrace, BCC, Inspektor Gadget',
  programs: 3,
  requires: ['tracefs'],
  needs: (site) => [...bpftrace.needs(site), ...bcc.needs(site), ...memleak.needs(site)],
  async detect(at) {
    for (const tool of [bpftrace, bcc, memleak]) {
      const found = await tool.detect(at);
      if (!found.found) return found;
    }
    return { found: true, path: 'bpftrace, bcc, memleak', version: null };
  },
  async *read(bytes) {
    const split = splitter();
    const said = new Map<Name, string[]>();
    const sizes = new Map<Name, number>();
    const over = new Set<Name>();
    async function* take(line: string): AsyncGenerator<Evidence> {
      const [, name, rest = ''] = LINE.exec(line) ?? [];
      if (name === undefined || over.has(name as Name)) return;
      const tool = name as Name;
      if (rest.trim() === ENDS) {
        over.add(tool);
        yield* told(tool, said.get(tool) ?? []);
        said.delete(tool);
        return;
      }
      const size = (sizes.get(tool) ?? 0) + rest.length + 1;
      sizes.set(tool, size);
      if (size > MOST) return;
      const lines = said.get(tool) ?? [];
      lines.push(rest);
      said.set(tool, lines);
    }
    for await (const chunk of bytes)
      for (const item of split.push(chunk)) {
        if (typeof item === 'string') yield* take(item);
        else yield item;
      }
    const { rest, notice: strange } = split.end();
    if (strange) yield strange;
    const open = [...said.keys()].filter((name) => !over.has(name));
    if (open.length > 0 || rest !== '') yield notice('cut-off', open.join(', ') || 'in the middle of a line');
  },
};

/** What one tool said, by its own reader: whom it looked at, what it complained of, and what its lists come to. */
async function* told(name: Name, lines: readonly string[]): AsyncGenerator<Evidence> {
  async function* text() {
    yield `${lines.join('\n')}\n`;
  }
  const evidence: Evidence[] = [];
  for await (const e of ALL[name].read(text())) {
    evidence.push(e);
    if (e.kind === 'subject' || (e.kind === 'notice' && e.code !== 'cut-off')) yield e;
  }
  const account = accountOf(name, evidence);
  if (account) yield account;
}
