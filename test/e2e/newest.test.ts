import { afterAll, beforeAll, test } from 'vitest';
import { verified } from './other-tools.ts';
import { type World, world } from './world.ts';

let w: World;
beforeAll(() => {
  w = world();
});
afterAll(() => w.end());

// Nobody's part, since they may break on any day: npm test -- test/e2e/newest.test.ts, with WORKSHOP_TEST=ci.
test('the newest tools verify every lesson that traces, or it is said that they do not', async () => {
  try {
    const { err, code, document } = await verified(w, 'sid', ['3', '4', '5', '6', '7']);
    console.info('newest tools:', document?.machine.tools, code === 0 ? 'all is well' : `FAILED\n${err}`);
  } catch (error) {
    console.warn(`no root with the newest tools today: ${(error as Error).message.slice(0, 300)}`);
  }
});
