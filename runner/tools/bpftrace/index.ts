import type { Evidence } from '../../evidence/model.ts';
import { same } from '../../install/packages.ts';
import { type Tool, TYPED } from '../../model/tool.ts';
import { isJson, unwrapper } from './json.ts';
import { DETACHING, either, MEMLOCK } from '../text/harmless.ts';
import { splitter } from '../text/lines.ts';
import { rejoined } from '../text/rejoin.ts';
import { notice } from '../text/notice.ts';
import { said } from '../text/said.ts';
import { SHAPES } from './shapes.ts';
import { machine } from './text.ts';
import { trial } from './trial.ts';

/** Evidence beyond this is not read: a hostile transcript must not fill memory. */
const MAX_ITEMS = 200_000;

declare module '../../model/kinds.ts' {
  interface Tools {
    bpftrace: object;
  }
}

/** Another binary that the person named, which is then not for us to install. */
const override = (): string | undefined => process.env.WORKSHOP_BPFTRACE || undefined;

/** bpftrace 0.17 to 0.27. `WORKSHOP_BPFTRACE` names another binary. */
export const bpftrace: Tool<'bpftrace'> = {
  kind: 'bpftrace',
  // 0.27 reads its list of events before anything else, and ends where there is none.
  requires: ['tracefs'],

  needs: (site) =>
    site === 'machine' ? [{ program: 'bpftrace', called: [override() ?? 'bpftrace'], packages: same('bpftrace') }] : [],

  async detect({ site, node }) {
    const path = await node.which((site === 'machine' && override()) || 'bpftrace');
    if (!path) return { found: false, missing: 'bpftrace' };
    const version = /^(?:bpftrace )?v?(\d+\.\d+\S*)/m.exec(await said(node, path, '--version'))?.[1] ?? null;
    return { found: true, path, version };
  },

  marks:
    /^Attach(?:ing|ed) \d+ probes?|^\{"type": "|^@\w*(?:\[|: )|^-- snapshot at |^stdin:\d+|^\S+\.bt:\d+|bpftrace|^PID \d+: |^\d+ ms [+-] 0x|\]: -?\d+$/,
  starts: () => [{ program: 'bpftrace', when: 'always', as: [override() ?? TYPED] }],
  harmless: {
    lines: either(
      DETACHING,
      MEMLOCK,
      /^WARNING: Could not read functions from \S+\/available_filter_functions\.|^WARNING: BPFTRACE_\w+ is deprecated\./,
    ),
    warnings: /^\S+:\d+:\d+(?:-\d+)?: WARNING: Return value discarded\.$/,
  },
  trial,

  /**
   * Text and `-f json` alike, told apart line by line, with stderr anywhere between. Where input ends within something,
   * that is left out and the last item is the notice `cut-off`; of all but such notices, a prefix of the bytes yields a prefix.
   */
  async *read(bytes) {
    const found: Evidence[] = [];
    let left = MAX_ITEMS;
    const emit = (evidence: Evidence) => {
      if (left > 0) found.push(evidence);
      else if (left === 0) found.push(notice('too-much', `over ${MAX_ITEMS} items`));
      left--;
    };
    const m = machine(emit);
    const unwrap = unwrapper(m);
    const split = rejoined(splitter(), SHAPES);
    const read = (line: string) => (isJson(line) ? unwrap(line) : m.line(line));
    for await (const chunk of bytes) {
      // The rest is drained, so that whoever writes it isn't held up.
      if (left < 0) continue;
      for (const line of split.push(chunk)) {
        if (typeof line !== 'string') emit(line);
        else read(line);
        if (found.length > 0) yield* found.splice(0);
        if (left < 0) break;
      }
    }
    if (left < 0) return;
    const last = split.end();
    last.lines.forEach(read);
    if (last.notice) emit(last.notice);
    m.end(last.rest);
    yield* found;
  },
};
