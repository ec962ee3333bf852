import { beforeEach, describe, expect, it } from 'vitest';
import '../lesson/checkout.ts';
import '../journal/state.ts';
import { readEvents } from '../../runner/journal/events.ts';
import { lesson, writeBroken } from './broken.ts';
import type { FakeLab } from './fakes.ts';
import { RIGHT, WRONG } from './small.ts';
import { printing, walked } from './walking.ts';

beforeEach(writeBroken);
const repairing = (typed: string[], prints = RIGHT) =>
  walked(0, ['n', ...typed], { environment: printing(prints) }, lesson);
const keys = ({ ui }: Awaited<ReturnType<typeof repairing>>, nth: number) => ui.offered[nth]?.keys ?? [];

describe('what is broken', () => {
  it('is what r runs: it is looked at, not judged, whatever it prints', async () => {
    const { ui, environment, events } = await repairing(['r', 'q']);
    expect((environment.started[0] as FakeLab).ran.map((r) => r.argv)).toEqual([['trace', 'nobody']]);
    expect(ui.text).toContain('live: malloc 1024');
    expect(ui.text).toContain(ui.say('broken.seen'));
    expect(ui.outcomes).toEqual([]);
    expect(events).toEqual(['silent shown']);
  });
  it('can neither be repaired nor pasted over before it was said what is wrong', async () => {
    const walk = await repairing(['q']);
    expect(keys(walk, 1)).toContain('d');
    for (const key of ['e', 'c']) expect(keys(walk, 1)).not.toContain(key);
    expect(walk.ui.text).not.toContain('Name the service.');
  });
});

describe('d', () => {
  it('offers all diagnoses; one that is wrong is told what would be seen, and no more', async () => {
    const { ui, events } = await repairing(['r', 'd', '1', 'q']);
    expect(ui.offered[3]).toEqual({ message: ui.say('diagnosis.which'), keys: ['1', '2', '3', 'q'] });
    expect(ui.text).toContain(`${ui.say('diagnosis.not', { name: 'it is deaf' })}\nIt would hear nothing.`);
    expect(ui.text).not.toMatch(/of nobody|Name the service/);
    expect(events).toEqual(['silent shown', 'silent attempt wrong']);
    expect(readEvents().at(-1)).toMatchObject({ answer: 'deaf', criteria: [{ id: 'diagnosis', state: 'unmet' }] });
  });
  it('that is right opens the repair, which begins with the broken command and passes by itself', async () => {
    const walk = await repairing(['r', 'd', '2', 'e', 'trace 100', 'm', 'n', 'q']);
    expect(walk.ui.text).toMatch(/That is it: it is of nobody\.\s+Name the service\./);
    expect(walk.ui.initial).toEqual(['sudo trace nobody']);
    expect(walk.ui.outcomes).toMatchObject([{ kind: 'pass', criteria: [{ id: 'diagnosis', state: 'met' }, {}, {}] }]);
    expect(walk.ui.text).toContain('Repaired.');
    expect(walk.events.filter((e) => e.includes('attempt'))).toEqual(['silent attempt not yet', 'silent attempt pass']);
  });
  it('given up says nothing', async () => {
    for (const away of ['q', null]) {
      const { events } = await repairing(['d', ...(away === null ? [] : [away, 'q'])]);
      expect(events.filter((e) => e.includes('attempt'))).toEqual([]);
    }
  });
  it('is remembered: who comes back repairs at once', async () => {
    await repairing(['d', '2', 'q']);
    const walk = await walked(0, ['n', 'e', 'trace 100', 'q'], { environment: printing(RIGHT) }, lesson);
    expect(keys(walk, 1)).not.toContain('d');
    expect(walk.ui.text).toContain('Name the service.');
    expect(walk.ui.outcomes).toMatchObject([{ kind: 'pass' }]);
  });
});

describe('the repair', () => {
  it('that changes nothing is the broken command again, and says so', async () => {
    const { ui, events } = await repairing(['d', '2', 'e', 'sudo trace nobody', 'r', 'q']);
    expect(ui.text.split(ui.say('broken.still'))).toHaveLength(3);
    expect(events.filter((e) => e.includes('attempt'))).toEqual(['silent attempt not yet']);
  });
  it('that does not work is checked like any other', async () => {
    const { ui } = await repairing(['d', '2', 'e', 'trace 100', 'q'], WRONG);
    expect(ui.outcomes).toMatchObject([{ kind: 'wrong' }]);
  });
  it('is told by s, together with what is wrong', async () => {
    const { ui } = await repairing(['s', 'q']);
    expect(ui.text).toContain(`${ui.say('solution.diagnosis', { name: 'it is of nobody' })}\n\nsudo trace -p 100`);
  });
  it('begins anew after x', async () => {
    const walk = await repairing(['d', '2', 'x', 'q']);
    expect(keys(walk, 4)).toContain('d');
    expect(keys(walk, 4)).not.toContain('e');
  });
});

describe('a command to be changed', () => {
  it('is run as given and checked; e begins with it', async () => {
    const { ui, environment } = await walked(
      1,
      ['r', 'e', 'trace -p 100', 'q'],
      { environment: printing(WRONG) },
      lesson,
    );
    expect((environment.started[0] as FakeLab).ran.map((r) => r.argv)).toEqual([
      ['trace'],
      ['bash', '-c', 'trace -p 100'],
    ]);
    expect(ui.initial).toEqual(['trace']);
    expect(ui.outcomes.map((o) => o.kind)).toEqual(['wrong', 'wrong']);
  });
});
