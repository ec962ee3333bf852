import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OutcomeKind } from '../../runner/evidence/match.ts';
import { evidenceFor } from '../../runner/journal/passed-transcript.ts';
import { readEvents } from '../../runner/journal/events.ts';
import { record } from '../../runner/journal/attempts.ts';
import { Spool } from '../../runner/journal/transcripts.ts';
import { FakeLab } from '../session/fakes.ts';
import { howMany, lesson, look, own } from '../session/small.ts';
import { names, state } from './state.ts';

const lab = new FakeLab();
function tried(text: string, kind: OutcomeKind = 'pass', { step = look, at = lab } = {}) {
  const spool = new Spool();
  spool.add(Buffer.from(text));
  record({
    lesson,
    step,
    lab: at,
    outcome: { kind, criteria: [{ id: 'enough-malloc', teaches: false, state: 'met', seen: { n: 3 } }], notices: [] },
    spool,
    source: 'run',
  });
}
const found = (at = lab) => evidenceFor(lesson.id, 'look', at)?.toString() ?? null;

describe('record', () => {
  it('writes down what was seen, then what came of it', () => {
    tried('a\n', 'wrong');
    const [transcript] = names('transcripts');
    const at = { lesson: '01-small', step: 'look', lab: { id: 'lab-12', pid: 12, startTime: '1200' } };
    expect(readEvents()).toMatchObject([
      { type: 'ran', ...at, transcript, source: 'run' },
      {
        type: 'attempt',
        ...at,
        outcome: 'wrong',
        criteria: [{ id: 'enough-malloc', state: 'met' }],
        transcript,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });
  it('an answer has no transcript of its own', () => {
    record({
      lesson,
      step: howMany,
      lab,
      outcome: { kind: 'pass', criteria: [], notices: [] },
      spool: null,
      source: 'paste',
      answer: '3',
    });
    expect(readEvents()).toMatchObject([
      { type: 'attempt', step: 'how-many', answer: '3', transcript: null, hash: null },
    ]);
    expect(names('transcripts')).toEqual([]);
  });
  it('a run that printed nothing leaves no file', () => {
    tried('', 'not yet');
    expect(readEvents()).toMatchObject([{ type: 'attempt', outcome: 'not yet', transcript: null }]);
    expect(names('transcripts')).toEqual([]);
  });
});

describe('the evidence of a step', () => {
  it('is the newest that passed in this lab', () => {
    expect(found()).toBeNull();
    tried('first\n');
    tried('second\n');
    for (const kind of ['wrong', 'not yet', 'blocked', 'broken'] as const) tried(`${kind}\n`, kind);
    tried('other step\n', 'pass', { step: own });
    expect(found()).toBe('second\n');
  });
  it('of another lab is kept, never judged here', () => {
    tried('old\n');
    const later = new FakeLab(13);
    expect(found(later)).toBeNull();
    const reused = new FakeLab(12);
    reused.target.startTime = '9999';
    expect(found(reused)).toBeNull();
    tried('new\n', 'pass', { at: later });
    expect([found(), found(later)]).toEqual(['old\n', 'new\n']);
  });
  it('whose file is gone is none', () => {
    tried('a\n');
    rmSync(state(`transcripts/${names('transcripts')[0]}`));
    expect(found()).toBeNull();
  });
});
