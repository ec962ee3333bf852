import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../paths.ts';
import type { Origin, ShippedLeak } from '../model.ts';
import { asking, program } from '../service.ts';

const TEXT_BYTES = 2000;
const GOOD = JSON.stringify({ list: ['x'.repeat(TEXT_BYTES)] });
/** The list was read, and is on the parser's stack, as the document ends. */
const BAD = GOOD.slice(0, -2);
const HOST = join(root, 'workloads/shipped/yajl-host.c');

/** What was read of a document that is none is forgotten: a text, its list, and what they stand in. */
export const yajlTree: ShippedLeak = {
  name: 'yajl-tree',
  program: 'yajl 2.1.0',
  fix: 'CVE-2023-33460.patch',
  function: 'handle_string',
  through: [],
  bytesPerBad: TEXT_BYTES + 1,
  builds: { frames: source(), plain: source() },
  async start({ dir }, load) {
    const host = await program([join(dir, 'host')]);
    const answers = createInterface({ input: host.stdout })[Symbol.asyncIterator]();
    const ask = (document: string, expected: string) => async () => {
      host.stdin.write(`${document}\n`);
      const answer = (await answers.next()).value;
      if (answer !== expected) throw new Error(`${document.slice(0, 20)} … is ${answer}`);
    };
    await host.said(/ready/);
    await answers.next();
    const asked = asking(load, { good: ask(GOOD, 'document'), bad: ask(BAD, 'none') });
    return {
      pid: host.pid,
      counts: asked.counts,
      async end() {
        try {
          await asked.end();
        } finally {
          await host.end();
        }
      },
    };
  },
};

function source(): Origin {
  return {
    from: 'source',
    package: 'yajl',
    reversed: ['CVE-2023-33460.patch'],
    make: ({ cflags }) => [
      // Its own build takes cmake, for two headers.
      ['mkdir', '-p', 'include/yajl'],
      ['sh', '-c', 'cp src/api/*.h include/yajl/'],
      ['sh', '-c', 'sed "s/\\${YAJL_M[A-Z]*}/2/" src/api/yajl_version.h.cmake >include/yajl/yajl_version.h'],
      ['sh', '-c', `exec cc ${cflags} -fPIC -shared -Iinclude -Isrc -o libyajl.so src/*.c`],
      ['cc', ...cflags.split(' '), '-Iinclude', '-o', 'host', HOST, 'libyajl.so', '-Wl,-rpath,$ORIGIN'],
    ],
    keeps: ['host', 'libyajl.so'],
  };
}
