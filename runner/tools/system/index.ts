import type { Tool } from '../../model/tool.ts';
import { readSystem } from './read.ts';

/** What every Linux machine has without installing a tracer: ps, /proc, curl, uname. */
export const system: Tool = {
  kind: 'system',
  async detect(place) {
    for (const [program, packages] of [
      ['ps', { apt: ['procps'], dnf: ['procps-ng'], zypper: ['procps'], pacman: ['procps-ng'], apk: ['procps'] }],
      ['curl', { apt: ['curl'], dnf: ['curl'], zypper: ['curl'], pacman: ['curl'], apk: ['curl'] }],
    ] as const) {
      if (!(await place.which(program))) {
        return {
          found: false,
          missing: program,
          packages: Object.fromEntries(Object.entries(packages).map(([k, v]) => [k, [...v]])) as never,
        };
      }
    }
    return { found: true, path: '/proc', version: null };
  },
  plan: ({ script, args }) => [script, ...args],
  read: readSystem,
};
