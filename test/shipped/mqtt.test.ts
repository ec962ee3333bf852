import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectWithWill, REASON_STRING, USER_PROPERTY, variable, visit } from '../../runner/shipped/mqtt.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** A broker that answers each first packet with these bytes, or hangs up; what it was told. */
async function broker(answer: Buffer | null): Promise<{ port: number; told: () => Buffer }> {
  let told = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const first = told.length === 0;
      told = Buffer.concat([told, bytes]);
      if (first && answer === null) socket.end();
      else if (first) for (const byte of answer as Buffer) socket.write(Buffer.from([byte]));
    });
  }).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, told: () => told };
}

describe('a length', () => {
  // From the standard's own table of the least and the most that so many bytes hold.
  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [16_383, 'ff7f'],
    [16_384, '808001'],
    [2_097_151, 'ffff7f'],
    [268_435_455, 'ffffff7f'],
  ])('%d is %s', (value, hex) => {
    expect(variable(value).toString('hex')).toBe(hex);
  });
  it('of five bytes there is none', () => {
    expect(() => variable(268_435_456)).toThrow('more than');
  });
});

describe('a CONNECT with a will', () => {
  it('is what the standard says, byte for byte', () => {
    const packet = connectWithWill('me', [
      [USER_PROPERTY, 'k', 'v'],
      [REASON_STRING, 'no'],
    ]);
    expect(packet.toString('hex')).toBe(
      '102b00044d5154540506003c0000026d650c2600016b0001761f00026e6f000777696c6c2f6f660004676f6e65',
    );
  });
});

describe('a visit', () => {
  const packet = connectWithWill('me', []);
  it('that is welcome ends with a DISCONNECT, though the answer comes byte by byte', async () => {
    const { port, told } = await broker(Buffer.from([0x20, 3, 0, 0, 0]));
    expect(await visit(port, packet)).toBe(0);
    expect(told()).toEqual(Buffer.concat([packet, Buffer.from([0xe0, 0])]));
  });
  it('that is not says why, and leaves', async () => {
    const { port, told } = await broker(Buffer.from([0x20, 3, 0, 0x82, 0]));
    expect(await visit(port, packet)).toBe(0x82);
    expect(told()).toEqual(packet);
  });
  it('that is ended without an answer has no reason', async () => {
    const { port } = await broker(null);
    expect(await visit(port, packet)).toBeNull();
  });
  it('of something that is no broker is an error', async () => {
    const { port } = await broker(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await expect(visit(port, packet)).rejects.toThrow('packet type 4');
  });
  it('of nobody is an error', async () => {
    const { port } = await broker(null);
    open.splice(0)[0]?.close();
    await expect(visit(port, packet)).rejects.toThrow('ECONNREFUSED');
  });
});
