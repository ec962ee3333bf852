// As much of MQTT 5 as a client needs that connects with a will and leaves (OASIS standard, sections 2.2, 3.1, 3.2, 3.14).
import { connect, type Socket } from 'node:net';

/** Properties by their identifiers in the standard. */
export const USER_PROPERTY = 0x26;
export const REASON_STRING = 0x1f;
const CONNECT = 0x10;
const CONNACK = 0x20;
const DISCONNECT = 0xe0;
/** A clean start, and a will of QoS 0. */
const FLAGS = 0x02 | 0x04;
const KEEP_ALIVE_S = 60;
/** The broker answers in a few ms. */
const PATIENCE_MS = 5000;

export type Property =
  | [id: typeof USER_PROPERTY, key: string, value: string]
  | [id: typeof REASON_STRING, value: string];

/** A number in one to four bytes of seven bits each, the lowest first. */
export function variable(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; bytes.length === 0 || rest > 0; rest = Math.floor(rest / 128))
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
  if (bytes.length > 4) throw new RangeError(`${value} is more than a packet may have`);
  return Buffer.from(bytes);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

const properties = (all: readonly Property[]): Buffer => {
  const bytes = Buffer.concat(all.flatMap(([id, ...texts]) => [Buffer.from([id]), ...texts.map(text)]));
  return Buffer.concat([variable(bytes.length), bytes]);
};

/** A CONNECT of version 5 whose will has these properties. */
export function connectWithWill(client: string, will: readonly Property[]): Buffer {
  const body = Buffer.concat([
    text('MQTT'),
    Buffer.from([5, FLAGS, KEEP_ALIVE_S >> 8, KEEP_ALIVE_S & 255]),
    properties([]),
    text(client),
    properties(will),
    text('will/of'),
    text('gone'),
  ]);
  return Buffer.concat([Buffer.from([CONNECT]), variable(body.length), body]);
}

/**
 * One connection: sends the packet, waits for the broker's answer, and leaves in order, so that no will is published.
 * Resolves to the reason code, null where the broker hung up without an answer; rejects where it doesn't answer at all.
 */
export function visit(port: number, packet: Buffer): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1');
    let got = Buffer.alloc(0);
    let reason: number | null = null;
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('the broker does not answer')));
    socket.once('connect', () => socket.write(packet));
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk]);
      // Its type, its length in one byte, flags, the reason.
      if (reason !== null || got.length < 4) return;
      if (got[0] !== CONNACK) {
        socket.destroy(new Error(`the broker answers with packet type ${(got[0] ?? 0) >> 4}`));
        return;
      }
      reason = got[3] ?? null;
      if (reason === 0) socket.end(Buffer.from([DISCONNECT, 0]));
      else socket.end();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // It may hang up while we write.
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.once('close', () => resolve(reason));
  });
}
