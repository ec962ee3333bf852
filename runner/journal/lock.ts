import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alive, thisProcess } from '../process.ts';
import { WorkshopError } from '../errors.ts';
import { stateDir } from '../paths.ts';
import { onDisk } from './disk.ts';

/** Takes the one session there may be; throws `session.locked` with the pid that holds it. Resolves to its release. */
export function lock(): () => void {
  const file = join(stateDir(), 'session.lock');
  const mine = thisProcess();
  const draft = `${file}.${process.pid}`;
  onDisk(() => {
    mkdirSync(stateDir(), { recursive: true });
    writeFileSync(draft, JSON.stringify(mine));
  });
  try {
    for (let tries = 0; tries < 3; tries++) {
      try {
        linkSync(draft, file); // fails where one is: creation and content in one step
        return () => {
          if (holder(file)?.pid === mine.pid) rmSync(file, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        const other = holder(file);
        if (other && alive(other)) throw new WorkshopError('session.locked', { pid: String(other.pid) });
        rmSync(file, { force: true });
      }
    }
    throw new WorkshopError('session.locked', { pid: String(holder(file)?.pid ?? '?') });
  } finally {
    rmSync(draft, { force: true });
  }
}

function holder(file: string): { pid: number; startTime: string } | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number; startTime: string };
  } catch {
    return null;
  }
}
