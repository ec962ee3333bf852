import { delimiter, join } from 'node:path';
import { WorkshopError } from '../../errors.ts';
import { spawn, type SpawnOptions } from '../../exec.ts';
import { binDir, cacheDir } from '../../paths.ts';
import type { Ending, Running } from '../../model/place.ts';

/** Which cluster, and where in it. The kubeconfig is a file of ours with one context: no one else's context is used or changed. */
export interface Access {
  kubeconfig: string;
  /** Where the service runs. */
  namespace: string;
  /** Where the toolbox runs. */
  tools: string;
}

const pathWithOurs = (): string => [process.env.PATH ?? '/usr/bin:/bin', binDir()].join(delimiter);

/** What kubectl needs to find this cluster and to be found, with its cache in ours: the person's ~/.kube is not touched. */
export const kubeEnv = (access: Access): Record<string, string> => ({
  PATH: pathWithOurs(),
  KUBECONFIG: access.kubeconfig,
  KUBECACHEDIR: join(cacheDir(), 'kubectl'),
  KUBERC: 'off',
});

/** A kubectl that streams. */
export const stream = (access: Access, args: readonly string[], options: SpawnOptions = {}): Running =>
  spawn(['kubectl', ...args], { ...options, env: { ...kubeEnv(access), ...options.env } });

export interface Said extends Ending {
  out: string;
}

/** Runs kubectl to its end. `input` is handed to its stdin. Never rejects. */
export async function ask(
  access: Access,
  args: readonly string[],
  options: SpawnOptions & { input?: string } = {},
): Promise<Said> {
  const { input, ...rest } = options;
  const running = spawn(['kubectl', ...args], {
    ...rest,
    env: { ...kubeEnv(access), ...rest.env },
    ...(input === undefined ? {} : { input }),
  });
  let out = '';
  running.output.setEncoding('utf8');
  for await (const chunk of running.output) if (out.length < 4_000_000) out += chunk;
  return { ...(await running.ended), out };
}

/** The same, and what went wrong is an error for the person. */
export async function must(
  access: Access,
  args: readonly string[],
  options: SpawnOptions & { input?: string } = {},
): Promise<string> {
  const said = await ask(access, args, options);
  if (said.code === 0) return said.out;
  options.signal?.throwIfAborted();
  throw failure(said, args);
}

/** What kubectl's words come to. */
export function failure(said: Said, args: readonly string[]): WorkshopError {
  const detail = said.error ?? (said.timedOut ? 'no answer in time' : said.out.trim().split('\n').slice(-3).join('\n'));
  const command = `kubectl ${args.join(' ')}`.slice(0, 200);
  if (
    /Unable to connect|connection refused|i\/o timeout|no such host|TLS handshake timeout|EOF$|was refused|context deadline|no answer in time/i.test(
      detail,
    )
  )
    return new WorkshopError('kube.unreachable', { detail });
  if (/forbidden|Unauthorized|must be logged in/i.test(detail))
    return new WorkshopError('kube.forbidden', { detail, command });
  return new WorkshopError('kube.failed', { detail, command });
}
