// Recordings of the tracer, played as the exporter hears them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from '../../../runner/paths.ts';
import { followMemleak, type Told } from '../../../runner/tools/memleak/follow.ts';

export const recorded = (name: string): Buffer => gunzipSync(readFileSync(join(root, 'test/fixtures', name)));

/** In pieces, as a pipe hands them over. */
export async function* pieces(bytes: Uint8Array, size = 4093): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function told(bytes: Uint8Array, size?: number): Promise<Told[]> {
  const all: Told[] = [];
  for await (const one of followMemleak(pieces(bytes, size))) all.push(one);
  return all;
}
