import { WorkshopError } from '../../errors.ts';
import { capture, type SpawnOptions } from '../../exec.ts';

/** Runs docker to its end; what went wrong is an error for the person. */
export async function docker(args: readonly string[], options: SpawnOptions = {}): Promise<string> {
  const said = await capture(['docker', ...args], options);
  if (said.code === 0) return said.text;
  options.signal?.throwIfAborted();
  throw dockerFailure(said.error ?? said.text, args);
}

export function dockerFailure(text: string, args: readonly string[]): WorkshopError {
  const detail = text.trim().split('\n').slice(-4).join('\n');
  if (/ENOENT|command not found/.test(text)) return new WorkshopError('docker.missing');
  if (/permission denied/i.test(text) && /docker\.sock|docker daemon/i.test(text))
    return new WorkshopError('docker.refused', { detail });
  if (
    /Cannot connect to the Docker daemon|Is the docker daemon running|error during connect|EOF$|connection reset/i.test(
      text,
    )
  )
    return new WorkshopError('docker.unreachable', { detail });
  if (/no space left on device/i.test(text)) return new WorkshopError('docker.no-space', { detail });
  return new WorkshopError('docker.failed', { command: `docker ${args.join(' ')}`.slice(0, 160), detail });
}

/** Whether a Docker engine answers this user. */
export async function dockerAnswers(): Promise<boolean> {
  return (await capture(['docker', 'info', '--format', '{{.ServerVersion}}'], { timeoutMs: 5000 })).code === 0;
}
