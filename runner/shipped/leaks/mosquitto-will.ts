import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShippedLeak } from '../model.ts';
import { connectWithWill, REASON_STRING, USER_PROPERTY, visit, type Property } from '../mqtt.ts';
import { asking, freePort, program } from '../service.ts';

/** As large as whoever connects makes it. */
const VALUE_BYTES = 4096;
const NAME = 'note';
/** What the broker makes of a property of two texts: each with a byte at its end, and what it lists them in. */
const PROPERTY_BYTES = VALUE_BYTES + 1 + NAME.length + 1 + 48;
const READY = /mosquitto version [\d.]+ running/;
const NOT_ALLOWED = 'a will may not have this';

const MAKE = [
  ...['TLS', 'TLS_PSK', 'WEBSOCKETS', 'CJSON', 'SRV', 'DOCS', 'SYSTEMD', 'STRIP'].map((part) => `WITH_${part}=no`),
];

/**
 * A will may have user properties and may not have a reason string; whoever sends both is turned away, and what was read of
 * the properties is forgotten. A will that has user properties alone is given back as its client leaves.
 */
export const mosquittoWill: ShippedLeak = {
  name: 'mosquitto-will',
  program: 'mosquitto 2.0.11',
  fix: 'CVE-2023-3592.patch',
  function: 'property__read_all',
  through: ['mosquitto__malloc', 'packet__read_binary', 'packet__read_string'],
  bytesPerBad: PROPERTY_BYTES,
  builds: { frames: source(), plain: source() },
  async start({ dir, scratch }, load) {
    const port = await freePort();
    const config = join(scratch, 'mosquitto.conf');
    writeFileSync(
      config,
      // As root it would become a user that this machine need not have.
      `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest stderr\nuser root\n`,
    );
    const broker = await program([join(dir, 'src/mosquitto'), '-c', config]);
    try {
      await broker.said(READY);
    } catch (error) {
      await broker.end();
      throw error;
    }
    const value: Property = [USER_PROPERTY, NAME, 'x'.repeat(VALUE_BYTES)];
    const [good, bad] = [[value], [value, [REASON_STRING, NOT_ALLOWED] as Property]].map((will) =>
      connectWithWill('somebody', will),
    ) as [Buffer, Buffer];
    const asked = asking(load, {
      good: async () => {
        const reason = await visit(port, good);
        if (reason !== 0) throw new Error(`the broker refuses a will that it should take: ${reason}`);
      },
      bad: async () => {
        const reason = await visit(port, bad);
        if (reason === 0) throw new Error('the broker takes a will that it should refuse');
      },
    });
    return {
      pid: broker.pid,
      counts: asked.counts,
      async end() {
        try {
          await asked.end();
        } finally {
          await broker.end();
        }
      },
    };
  },
};

function source(): NonNullable<ShippedLeak['builds']['plain']> {
  return {
    from: 'source',
    package: 'mosquitto',
    reversed: ['CVE-2023-3592.patch'],
    make: ({ cflags }) => [['make', '-s', '-C', 'src', ...MAKE, `CFLAGS=${cflags}`, 'mosquitto']],
    keeps: ['src/mosquitto'],
  };
}
