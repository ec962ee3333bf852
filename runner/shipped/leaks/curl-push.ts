import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { root } from '../../paths.ts';
import { configuredOnce, CURL_ALONE } from '../configured.ts';
import { TRIPLET, withLibrariesIn } from '../libraries.ts';
import type { Origin, ShippedLeak } from '../model.ts';
import { isBad, program } from '../service.ts';

/** libcurl makes room for 10, then for twice as many each time, and at 1280 finds that they are too many. */
const TAKEN = 1280;
const [MANY, TOO_MANY] = [TAKEN - 80, TAKEN + 20];
/** What it keeps of each: its name, a colon and its value, in the least that a text of libcurl takes. */
const TEXT_BYTES = 32;
const header = (n: number): [name: string, value: string] => [`x-${String(n).padStart(4, '0')}`, 'v'];
const HOST = join(root, 'workloads/shipped/push-host.c');

/** A push with too many headers is refused, and the headers that were read are forgotten. */
export const curlPush: ShippedLeak = {
  name: 'curl-push',
  program: 'libcurl 7.88.1',
  fix: 'CVE-2024-2398.patch',
  function: 'on_header',
  through: ['dyn_nappend', 'Curl_dyn_addn', 'alloc_addbyter', 'dprintf_formatf', 'curl_mvaprintf', 'curl_maprintf'],
  bytesPerBad: TAKEN * TEXT_BYTES,
  builds: { frames: source(), plain: source(), shipped: shipped() },
  async start({ dir }, load) {
    const asked = { good: 0, bad: 0 };
    const server = createServer({ maxSendHeaderBlockLength: 1 << 20 });
    const sessions = new Set<ServerHttp2Session>();
    server.on('session', (session) => {
      sessions.add(session);
      session.once('close', () => sessions.delete(session));
    });
    server.on('stream', (stream) => {
      // Whoever takes no push resets its stream, which is what is wanted.
      stream.on('error', () => {});
      const bad = isBad(asked.good + asked.bad, load);
      asked[bad ? 'bad' : 'good']++;
      const headers = Object.fromEntries(Array.from({ length: bad ? TOO_MANY : MANY }, (_, n) => header(n)));
      stream.pushStream({ ':path': '/pushed', ...headers }, (error, pushed) => {
        if (!error) {
          pushed.on('error', () => {});
          pushed.respond({ ':status': 200 }, { endStream: true });
        }
        stream.respond({ ':status': 200 });
        stream.end('some of it');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const close = () => {
      for (const session of sessions) session.destroy();
      server.close();
    };
    try {
      const host = await program(
        [join(dir, 'host'), `http://127.0.0.1:${port}/`, String(load.perSecond)],
        withLibrariesIn(dir),
      );
      return {
        pid: host.pid,
        counts: () => ({ ...asked }),
        async end() {
          const lived = host.lives();
          await host.end();
          close();
          if (!lived) throw new Error('its program ended by itself');
        },
      };
    } catch (error) {
      close();
      throw error;
    }
  },
};

function source(): Origin {
  return {
    from: 'source',
    package: 'curl',
    reversed: ['CVE-2024-2398.patch'],
    with: ['libnghttp2-dev'],
    make: ({ cflags, packages }) => [
      configuredOnce(
        ...CURL_ALONE,
        `--with-nghttp2=${packages}/usr`,
        `LDFLAGS=-L${packages}/usr/lib/${TRIPLET}`,
        `CFLAGS=${cflags}`,
      ),
      ['make', '-s', '-C', 'lib'],
      [
        'cc',
        ...cflags.split(' '),
        '-Iinclude',
        '-o',
        'host',
        HOST,
        'lib/.libs/libcurl.a',
        `${packages}/usr/lib/${TRIPLET}/libnghttp2.a`,
      ],
    ],
    keeps: ['host'],
  };
}

function shipped(): Origin {
  const before = '7.88.1-10+deb12u5';
  return {
    from: 'binaries',
    packages: {
      leak: [`libcurl4=${before}`, `libcurl4-openssl-dev=${before}`],
      twin: ['libcurl4', 'libcurl4-openssl-dev'],
    },
    make: ({ cflags }) => [
      [
        'sh',
        '-c',
        'exec cc "$@" usr/lib/*/libcurl.so.4 -Wl,--allow-shlib-undefined',
        'cc',
        ...cflags.split(' '),
        '-Iusr/include',
        `-Iusr/include/${TRIPLET}`,
        '-o',
        'host',
        HOST,
      ],
    ],
  };
}
