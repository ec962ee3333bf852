import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hostPlace } from '../environments/local/place.ts';
import { environmentOf } from '../environments/index.ts';
import { EXIT, WorkshopError } from '../errors.ts';
import { command, text } from '../cli/declare.ts';
import { seconds, size, whole, yes } from '../cli/options.ts';
import { allowed, install } from '../cli/ready.ts';
import { digestApart } from '../monitor/exporter/apart.ts';
import { digest } from '../monitor/exporter/digest.ts';
import { exporter, type Happening } from '../monitor/exporter/exporter.ts';
import { serve } from '../monitor/exporter/serve.ts';
import { root } from '../paths.ts';
import { sanitize } from '../terminal/sanitize.ts';
import { words } from '../words/index.ts';

const LOOPBACK = '127.0.0.1';
const PORT = 9465;
const TOP = 20;
const INTERVAL_S = 10;

/** `workshop export --pid PID`: our tracer stays attached, and Prometheus asks what it sees. */
export default command({
  name: 'export',
  args: {},
  options: {
    pid: whole('pid', [1, 2 ** 31 - 1], () => undefined),
    name: text('name', 'COMM'),
    address: text('address', 'ADDRESS'),
    port: whole('port', [1, 65535], () => PORT),
    top: whole('top', [1, 1000], () => TOP),
    interval: seconds('interval'),
    age: seconds('age'),
    limit: size('limit'),
    yes,
  },
  examples: ['export --pid 4711', 'export --name mosquitto --limit 512Mi', 'export --pid 4711 --port 9500 --top 50'],
  async run(asked) {
    const { pid, name, address = LOOPBACK, port, top, age, limit, interval = INTERVAL_S, lang, signal } = asked;
    const wanted = pid !== undefined && name === undefined ? { pid } : pid === undefined && name ? { name } : null;
    if (!wanted) throw new WorkshopError('export.which');
    const say = words(lang);
    const host = await environmentOf('host');
    await install(host, host.needs('memleak'), asked);
    await allowed(asked);
    const found = await host.detect('memleak');
    if (!found.found)
      throw new WorkshopError('export.cannot-trace', { pid: String(pid ?? name), detail: found.missing });
    const argv = (of: number) => [found.path, '-p', String(of), '--json', '--reachable', '-i', String(interval)];
    // Run as it is written, the runner has no thread that Node could start.
    const thread = join(root, 'dist/runner/monitor/exporter/worker.mjs');
    const { run, served } = exporter(
      {
        wanted,
        where: { namespace: '', pod: '', container: '' },
        top,
        ageMs: age === undefined ? undefined : age * 1000,
        limit,
        intervalMs: interval * 1000,
      },
      {
        start: (of) =>
          hostPlace.exec([...argv(of), ...(age === undefined ? [] : ['--age', String(age)])], {
            elevated: true,
            signal,
          }),
        digest: (bytes, how) => (existsSync(thread) ? digestApart(thread, bytes, how) : digest(bytes, how)),
        tell: (happening) => process.stderr.write(`${sanitize(told(happening))}\n`),
        signal,
      },
    );
    const told = (happening: Happening): string => {
      switch (happening.id) {
        case 'waiting':
          return say('export.waiting', { whom });
        case 'attached':
        case 'gone':
          return say(`export.${happening.id}`, { pid: String(happening.pid), comm: happening.comm });
        case 'tracer-ended':
          return say('export.tracer-ended', { seconds: happening.seconds });
      }
    };
    const whom =
      'pid' in wanted ? say('export.of-pid', { pid: wanted.pid }) : say('export.of-name', { name: wanted.name });
    const server = await serve(served, { address, port });
    try {
      process.stderr.write(`${say('export.listening', { url: `${server.url}/metrics` })}\n`);
      await run();
      return EXIT.ok;
    } finally {
      await server.close();
    }
  },
});
