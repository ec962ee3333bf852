import { same } from '../../install/packages.ts';
import type { Need } from '../../model/need.ts';
import type { Tool } from '../../model/tool.ts';
import { readSystem } from './read.ts';

declare module '../../model/kinds.ts' {
  interface Tools {
    system: object;
  }
}

const NEEDS: Need[] = [
  { program: 'curl', packages: same('curl') },
  { program: 'ps', packages: { ...same('procps'), dnf: ['procps-ng'], pacman: ['procps-ng'] } },
];

/** What every Linux machine has without installing a tracer: ps, /proc, curl, uname. */
export const system: Tool<'system'> = {
  kind: 'system',
  needs: (site) => (site === 'machine' ? NEEDS : []),
  async detect({ node }) {
    for (const program of ['ps', 'curl']) if (!(await node.which(program))) return { found: false, missing: program };
    return { found: true, path: '/proc', version: null };
  },
  read: readSystem,
};
