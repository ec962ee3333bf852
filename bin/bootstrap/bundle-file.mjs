// A bundle is what `docker save` writes, a tar, with two members of ours behind it: what the runner needs, as a .tar.gz, and
// what is in the file. Docker loads it as it is.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  truncateSync,
} from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

export { wanted } from './stamp.mjs';

const NEEDS = 'workshop/needs.tar.gz';
const CONTENTS = 'workshop/contents.json';
const BLOCK = 512;

/** Why a file is not, or no longer, the bundle that was made: it ends too soon, is no tar, or has other bytes than were written. */
export class BadBundle extends Error {
  /** @param {'cut' | 'no-tar' | 'images' | 'needs'} why @param {number} at in bytes */
  constructor(why, at) {
    super(`${why} at ${at}`);
    this.why = why;
    this.at = at;
  }
}

/**
 * @typedef {{ at: number, bytes: number }} Part
 * @typedef {{ version: 1, platform: string, modules: string, programs: string[], images: string, needs: string }} Contents
 *   `modules`: what package-lock.json they are of; `images` and `needs`: SHA-256
 * @typedef {{ end: number, images: Part, needs: Part | null, contents: Contents | null }} Bundle
 *   `contents` is null of a file that Docker alone has written; `end`: where it may go on
 */

/**
 * What lies where in a bundle; throws BadBundle. Bytes are not looked at: `check` does.
 * @param {string} file
 * @returns {Bundle}
 */
export function partsOf(file) {
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    let [at, images] = [0, 0];
    const ours = new Map();
    for (let head = header(fd, at, size); head !== null; head = header(fd, at, size)) {
      const next = at + BLOCK + Math.ceil(head.bytes / BLOCK) * BLOCK;
      if (next > size) throw new BadBundle('cut', size);
      if (head.name === NEEDS || head.name === CONTENTS) ours.set(head.name, { at: at + BLOCK, bytes: head.bytes });
      else images = next;
      at = next;
    }
    const contents = ours.get(CONTENTS);
    return {
      end: at,
      images: { at: 0, bytes: images },
      needs: ours.get(NEEDS) ?? null,
      contents: contents ? parsed(fd, contents) : null,
    };
  } finally {
    closeSync(fd);
  }
}

/** The member that begins there; null where the archive ends. */
function header(fd, at, size) {
  const block = Buffer.alloc(BLOCK);
  if (readSync(fd, block, 0, BLOCK, at) < BLOCK) throw new BadBundle('cut', size);
  if (block.every((byte) => byte === 0)) return null;
  const sum = block.reduce((n, byte, i) => n + (i >= 148 && i < 156 ? 32 : byte), 0);
  const text = (from, to) => block.toString('latin1', from, to).replace(/\0.*/s, '').trim();
  if (Number.parseInt(text(148, 156), 8) !== sum) throw new BadBundle('no-tar', at);
  // What is too large for digits is a number as it is.
  const bytes = block[124] & 0x80 ? Number(block.readBigUInt64BE(128)) : Number.parseInt(text(124, 136) || '0', 8);
  return { name: text(0, 100), bytes };
}

function parsed(fd, { at, bytes }) {
  const text = Buffer.alloc(Math.min(bytes, 1 << 20));
  readSync(fd, text, 0, text.length, at);
  try {
    const contents = JSON.parse(text.toString('utf8'));
    return contents.version === 1 ? contents : null;
  } catch {
    throw new BadBundle('no-tar', at);
  }
}

/**
 * Throws BadBundle where a part has other bytes than were written. Of what Docker alone has written nothing is known.
 * @param {string} file @param {Bundle} bundle @param {'images' | 'needs'} part @param {AbortSignal} [signal]
 */
export async function check(file, bundle, part, signal) {
  const { [part]: where, contents } = bundle;
  if (!where || !contents) return;
  if ((await sha256(file, where, signal)) !== contents[part]) throw new BadBundle(part, where.at);
}

async function sha256(file, { at, bytes }, signal) {
  const hash = createHash('sha256');
  if (bytes > 0)
    await pipeline(createReadStream(file, { start: at, end: at + bytes - 1, highWaterMark: 1 << 20 }), hash, {
      signal,
    });
  return hash.digest('hex');
}

/**
 * Puts the runner's needs, a .tar.gz, behind what Docker has written.
 * @param {string} file @param {string} needs @param {Pick<Contents, 'platform' | 'modules' | 'programs'>} about
 * @param {AbortSignal} [signal]
 */
export async function append(file, needs, about, signal) {
  const { end } = partsOf(file);
  truncateSync(file, end);
  const archive = readFileSync(needs);
  const images = await sha256(file, { at: 0, bytes: end }, signal);
  const sum = createHash('sha256').update(archive).digest('hex');
  const contents = Buffer.from(`${JSON.stringify({ version: 1, ...about, images, needs: sum }, null, 2)}\n`);
  for (const [name, body] of [
    [NEEDS, archive],
    [CONTENTS, contents],
  ]) {
    appendFileSync(file, headerOf(name, body.length));
    appendFileSync(file, Buffer.concat([body, Buffer.alloc(-body.length & (BLOCK - 1))]));
  }
  appendFileSync(file, Buffer.alloc(2 * BLOCK));
}

/** As POSIX has it: an ordinary file of root's. */
function headerOf(name, bytes) {
  const block = Buffer.alloc(BLOCK);
  const octal = (n, digits) => `${n.toString(8).padStart(digits, '0')}\0`;
  for (const [at, text] of [
    [0, name],
    [100, octal(0o644, 7)],
    [108, octal(0, 7)],
    [116, octal(0, 7)],
    [124, octal(bytes, 11)],
    [136, octal(0, 11)],
    [148, ' '.repeat(8)],
    [156, '0'],
    [257, 'ustar\0' + '00'],
  ])
    block.write(text, at, 'latin1');
  block.write(
    `${octal(
      block.reduce((n, byte) => n + byte, 0),
      6,
    )} `,
    148,
    'latin1',
  );
  return block;
}

/**
 * Unpacks members of the runner's needs below a folder; rejects with tar's own words.
 * @param {string} file @param {Part} needs @param {string} dir @param {string[]} members @param {(pid: number) => void} [onSpawn]
 */
export async function unpack(file, { at, bytes }, dir, members, onSpawn) {
  const tar = spawn('tar', ['-x', '-f', '-', '-C', dir, '--', ...members], { stdio: ['pipe', 'ignore', 'pipe'] });
  if (tar.pid) onSpawn?.(tar.pid);
  let said = '';
  tar.stderr.on('data', (chunk) => (said += chunk));
  const ended = new Promise((resolve) => {
    tar.on('error', (error) => resolve(error.message));
    tar.on('close', (code) => resolve(code === 0 ? null : said.trim() || `tar: ${code}`));
  });
  // tar may end before it has read all: it says why itself.
  await pipeline(createReadStream(file, { start: at, end: at + bytes - 1 }), createGunzip(), tar.stdin).catch(() => {});
  const why = await ended;
  if (why !== null) throw new Error(why);
}
