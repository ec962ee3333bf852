import { same } from '../../install/packages.ts';
import { type Tool, TYPED } from '../../model/tool.ts';
import { isJson, unwrapper } from './json.ts';
import { DETACHING, either, MEMLOCK } from '../text/harmless.ts';
import { reading } from '../text/reading.ts';
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
  read: (bytes) =>
    reading(bytes, { shapes: SHAPES, most: MAX_ITEMS }, (emit) => {
      const m = machine(emit);
      const unwrap = unwrapper(m);
      return { line: (line) => (isJson(line) ? unwrap(line) : m.line(line)), end: (rest) => m.end(rest) };
    }),
};
