import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verified } from './other-tools.ts';
import { type World, world } from './world.ts';

let w: World;
beforeAll(() => {
  w = world();
});
afterAll(() => w.end());

describe.each([
  ['bookworm', '0.17.', '0.26.'],
  ['trixie', '0.23.', '0.31.'],
])('the tools of Debian %s', (suite, bpftrace, bcc) => {
  // The other lessons run with them in bare.test.ts, on a machine of that release.
  test('verify BCC’s lessons from another root', async () => {
    const { err, code, document } = await verified(w, suite, ['4', '6', '7']);
    expect(code, err).toBe(0);
    expect(document?.machine.tools.bpftrace?.startsWith(bpftrace), JSON.stringify(document?.machine)).toBe(true);
    expect(document?.machine.tools.bcc?.startsWith(bcc)).toBe(true);
  });
});
