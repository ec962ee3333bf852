import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { configuredOnce, CURL_ALONE } from '../configured.ts';
import { withLibrariesIn } from '../libraries.ts';
import type { Build, Origin, ShippedLeak } from '../model.ts';
import { isBad, program } from '../service.ts';

/** Longer than half of what curl takes at most: its buffer, which doubles, then has all of that. */
const TRAILER_BYTES = 3000;
const BUFFER_BYTES = 4096;
/** More responses than any run lasts for. */
const FOR_EVER = 10_000_000;
/**
 * After a chunked response that ends with a trailer, the trailer's buffer is forgotten as the next response begins on the same
 * connection. Where the connection ends with the response, it is given back.
 */
export const curlTrailer: ShippedLeak = {
  name: 'curl-trailer',
  program: 'curl 7.88.1',
  fix: '0001-http_chunks-reset-the-trailer-to-avoid-memory-leak.patch',
  function: 'Curl_httpchunk_read',
  through: ['dyn_nappend', 'Curl_dyn_addn'],
  bytesPerBad: BUFFER_BYTES,
  builds: { frames: source(), plain: source(), shipped: shipped() },
  async start({ dir, build }, load) {
    const asked = { good: 0, bad: 0 };
    const server = createServer((_request, response) => {
      const bad = isBad(asked.good + asked.bad, load);
      asked[bad ? 'bad' : 'good']++;
      response.writeHead(200, { Trailer: 'X-Note', ...(bad ? {} : { Connection: 'close' }) });
      response.write('some of it');
      response.addTrailers({ 'X-Note': 'x'.repeat(TRAILER_BYTES) });
      response.end();
    });
    server.keepAliveTimeout = 60_000;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const close = async () => {
      server.closeAllConnections();
      server.close();
    };
    try {
      const [binary, env] = binaryOf(dir, build);
      const options = ['--disable', '--silent', '--output', '/dev/null', '--noproxy', '*', '--rate'];
      const curl = await program(
        [binary, ...options, `${load.perSecond}/s`, `http://127.0.0.1:${port}/[1-${FOR_EVER}]`],
        env,
      );
      return {
        pid: curl.pid,
        counts: () => ({ ...asked }),
        async end() {
          const lived = curl.lives();
          await curl.end();
          await close();
          if (!lived) throw new Error('curl ended by itself');
        },
      };
    } catch (error) {
      await close();
      throw error;
    }
  },
};

/** The program, and where its library lies. */
const binaryOf = (dir: string, build: Build): [string, Record<string, string>] =>
  build === 'shipped' ? [join(dir, 'usr/bin/curl'), withLibrariesIn(dir)] : [join(dir, 'src/curl'), {}];

function source(): Origin {
  return {
    from: 'source',
    package: 'curl',
    reversed: ['0001-http_chunks-reset-the-trailer-to-avoid-memory-leak.patch'],
    make: ({ cflags }) => [
      configuredOnce(...CURL_ALONE, '--without-nghttp2', `CFLAGS=${cflags}`),
      ['make', '-s', '-C', 'lib'],
      ['make', '-s', '-C', 'src'],
    ],
    keeps: ['src/curl'],
  };
}

function shipped(): Origin {
  const before = '7.88.1-10+deb12u5';
  return {
    from: 'binaries',
    packages: { leak: [`curl=${before}`, `libcurl4=${before}`], twin: ['curl', 'libcurl4'] },
  };
}
