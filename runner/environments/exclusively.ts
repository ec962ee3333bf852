import { createHash } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { stateDir } from '../paths.ts';

/**
 * Runs `act` while no other runner with the same state runs one of that name. What is held is a socket by that name in
 * Linux's abstract namespace: the kernel takes it back when its holder dies, in whatever way, and tells those who wait.
 */
export async function exclusively<T>(name: string, act: () => Promise<T>): Promise<T> {
  // Such a name has room for 107 bytes; a path may be longer.
  const address = `\0ebpf-workshop-${createHash('sha256').update(`${stateDir()} ${name}`).digest('hex')}`;
  let release = await hold(address);
  while (!release) {
    await freed(address);
    release = await hold(address);
  }
  try {
    return await act();
  } finally {
    release();
  }
}

/** Resolves to what lets go of it, or to null where somebody else holds it. */
function hold(address: string): Promise<(() => void) | null> {
  const waiting = new Set<Socket>();
  const server = createServer((one) => {
    waiting.add(one);
    one.on('error', () => {});
    one.once('close', () => waiting.delete(one));
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen(address, () =>
      resolve(() => {
        server.close();
        for (const one of waiting) one.destroy();
      }),
    );
  });
}

/** Resolves when whoever holds it lets go, or is gone. */
function freed(address: string): Promise<void> {
  return new Promise((resolve) => {
    const waiting = connect(address);
    waiting.on('error', () => {});
    waiting.once('close', () => resolve());
    waiting.resume();
  });
}
