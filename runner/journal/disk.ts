import { existsSync } from 'node:fs';
import { diskError } from '../disk.ts';

/** Writes what a learner keeps; a disk that will not take it is told as `session.disk`. */
export function onDisk<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw diskError(error) ?? error;
  }
}

/** A name made from the time that nothing has yet: what is set aside never replaces what was set aside before. */
export function unused(name: (time: number) => string): string {
  let time = Date.now();
  while (existsSync(name(time))) time++;
  return name(time);
}
