import { makeDirs } from '../disk.ts';
import { join } from 'node:path';
import { release, take } from '../../bin/bootstrap/holding.mjs';
import { WorkshopError } from '../errors.ts';
import { stateDir } from '../paths.ts';
import { onDisk } from './disk.ts';

/** Takes the one session there may be; throws `session.locked` with the pid that holds it. Resolves to its release. */
export function lock(): () => void {
  const at = join(stateDir(), 'session.lock');
  const other = onDisk(() => {
    makeDirs(stateDir());
    return take(at);
  });
  if (other !== null) throw new WorkshopError('session.locked', { pid: String(other || '?') });
  return () => release(at);
}
