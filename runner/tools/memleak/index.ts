import { existsSync } from 'node:fs';
import { WorkshopError } from '../../errors.ts';
import { callSite } from '../../evidence/site.ts';
import { BPF_TOOLCHAIN } from '../../install/toolchain.ts';
import { type Tool, TYPED } from '../../model/tool.ts';
import { MEMLOCK } from '../text/harmless.ts';
import { said } from '../text/said.ts';
import { build, builtPath } from './build.ts';
import { readMemleak } from './read.ts';

declare module '../../model/kinds.ts' {
  interface Tools {
    memleak: {
      /** Our own tracer, bpf/memleak: where it was built, or its name in the toolbox. */
      memleak: string;
    };
  }
}

/** A library that has gone since it was built, in the words of glibc's loader and of musl's. */
const LOST = /error while loading shared libraries: (lib[\w.+-]+)|Error loading shared library (lib[\w.+-]+)/;

/** Another binary that the person named: nothing is built or installed for it. */
const override = (): string | undefined => process.env.WORKSHOP_MEMLEAK || undefined;

/**
 * Our own tracer, bpf/memleak: one CO-RE program and its libbpf loader. On a machine it is built when it is first asked for; an
 * image has it already. `WORKSHOP_MEMLEAK` names another binary on a machine. Throws `tool.build-failed` where it can't be built.
 */
export const memleak: Tool<'memleak'> = {
  kind: 'memleak',
  // Once it is built, it takes nothing more.
  needs: (site) => (site === 'machine' && !override() && !existsSync(builtPath()) ? BPF_TOOLCHAIN : []),

  async detect({ site, node }) {
    const ours = site === 'machine' && !override();
    const path = site === 'cluster' ? 'memleak' : (override() ?? builtPath());
    const lacks = ours && !existsSync(path) ? await build(node) : null;
    if (lacks !== null) return { found: false, missing: lacks };
    const found = await node.which(path);
    if (!found) return { found: false, missing: 'memleak' };
    const text = await said(node, found, '--version');
    const version = /^memleak (\d+\.\d+\S*)$/m.exec(text)?.[1] ?? null;
    const lost = version ? undefined : LOST.exec(text)?.slice(1).find(Boolean);
    if (lost) return { found: false, missing: lost };
    if (ours && !version)
      throw new WorkshopError('tool.build-failed', {
        tool: 'bpf/memleak',
        detail: `memleak --version: ${text.trim()}`,
      });
    return { found: true, path: found, version };
  },

  names: ({ site, manual }) => ({ memleak: site === 'cluster' || manual ? 'memleak' : (override() ?? builtPath()) }),
  starts: () => [
    ...(override() ? [{ program: override() as string, when: 'always' as const, as: [TYPED] }] : []),
    { program: 'memleak', when: 'compiled', as: [TYPED] },
  ],
  trial: {
    variant: 'leaker',
    // As JSON a list is whole with its line.
    argv: ({ pid }, names) => [names.memleak, '-p', String(pid), '--json', '-i', '0.4', '-d', '10'],
    named: (e, expected) => e.kind === 'snapshot' && e.sites.some((site) => callSite(site.stack) === expected),
  },
  marks:
    /^memleak: |^\{"type":"(?:start|attached|site|snapshot|stage|finding|exec|end)"|^\d+\.\d s: (?:\d+ blocks? outstanding|finding: )/,
  harmless: { lines: MEMLOCK },
  read: readMemleak,
};
