import { existsSync } from 'node:fs';
import { WorkshopError } from '../../errors.ts';
import type { Tool } from '../../model/tool.ts';
import { NO_LOADER } from '../../install/packages.ts';
import { build, builtPath } from './build.ts';
import { readLoader } from './read.ts';

/** A library that has gone since it was built, in the words of glibc's loader and of musl's. */
const LOST = /error while loading shared libraries: (lib[\w.+-]+)|Error loading shared library (lib[\w.+-]+)/;

const absent = (missing: string) => ({ found: false as const, missing, packages: NO_LOADER });

/**
 * Our own tracer, bpf/memleak: one CO-RE program and its libbpf loader. On a host it is built when it is first asked for; an
 * image has it already. `WORKSHOP_LOADER` names another binary on a host. Throws `tool.build-failed` where it can't be built.
 */
export const loader: Tool = {
  kind: 'loader',

  async detect(place) {
    const path = place.called('memleak');
    const ours = path === builtPath();
    const lacks = ours && !existsSync(path) ? await build(place) : null;
    if (lacks !== null) return absent(lacks);
    const found = await place.which(path);
    if (!found) return absent('memleak');
    let text = '';
    for await (const chunk of place.exec([found, '--version'], { timeoutMs: 10_000 }).output)
      text = (text + String(chunk)).slice(0, 4096);
    const version = /^memleak (\d+\.\d+\S*)$/m.exec(text)?.[1] ?? null;
    const lost = version
      ? undefined
      : LOST.exec(text)
          ?.slice(1)
          .find((name) => name !== undefined);
    if (lost) return absent(lost);
    if (ours && !version)
      throw new WorkshopError('tool.build-failed', {
        tool: 'bpf/memleak',
        detail: `memleak --version: ${text.trim()}`,
      });
    return { found: true, path: found, version };
  },

  plan: ({ script, args, pid, json }) => [
    script,
    ...(pid === null ? [] : ['-p', String(pid)]),
    ...(json ? ['--json'] : []),
    ...args,
  ],
  read: readLoader,
};
