import { makeDirs } from '../../disk.ts';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Place } from '../../model/place.ts';
import { WorkshopError } from '../../errors.ts';
import { cacheDir, root } from '../../paths.ts';

const BUILD_MS = 120_000;
/** A header or a library that is not there, in the words of clang, gcc and the linkers. */
const LACKS = [
  /fatal error: '?([\w./-]+\.h)'?:? (?:file not found|No such file)/,
  /cannot find -l(\w+)|unable to find library -l(\w+)|library not found: (\w+)/,
];

const source = () => join(root, 'bpf/memleak');

/** Where this checkout's tracer is built: once per content of its sources. */
export const builtPath = (): string => join(cacheDir(), 'build', `memleak-${digest()}`, 'memleak');

function digest(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(source(), { recursive: true, encoding: 'utf8' }).sort())
    if (/^[^.].*\.[chS]$|^Makefile$/.test(name)) hash.update(`${name}\0`).update(readFileSync(join(source(), name)));
  return hash.digest('hex').slice(0, 16);
}

/**
 * Builds the tracer with its own Makefile, as the user, into where builtPath() says. Resolves to null, or to the program,
 * header or library that is missing for it. Throws `tool.build-failed` with the compiler's words.
 */
export async function build(place: Place): Promise<string | null> {
  const path = builtPath();
  for (const program of ['make', 'cc', 'clang']) if (!(await place.which(program))) return program;
  makeDirs(dirname(path));
  const running = place.exec(['make', '-s', '-C', source(), `BUILD=${dirname(path)}`], {
    env: { LC_ALL: 'C' },
    timeoutMs: BUILD_MS,
  });
  let text = '';
  for await (const chunk of running.output) text = (text + String(chunk)).slice(-64 * 1024);
  const { code, error } = await running.ended;
  if (code === 0 && existsSync(path)) return null;
  for (const pattern of LACKS) {
    const lacks = pattern
      .exec(text)
      ?.slice(1)
      .find((name) => name !== undefined);
    if (lacks) return lacks;
  }
  throw new WorkshopError('tool.build-failed', {
    tool: 'bpf/memleak',
    detail: error ?? text.trim().split('\n').slice(-12).join('\n'),
  });
}
