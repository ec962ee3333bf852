import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { append, type Event, LOG_VERSION, type NewEvent, readEvents } from '../../runner/journal/events.ts';
import { names, noDisk, put, state } from './state.ts';

const FILE = 'progress.jsonl';
const at = { lesson: '04-pairing', step: 'pair' };
const lab = { id: 'leaker-1', pid: 12, startTime: '99' };
const line = (step: string, more: object = {}) =>
  `${JSON.stringify({ v: 1, at: 1, type: 'skip', lesson: '04-pairing', step, ...more })}\n`;
const text = (name = FILE) => readFileSync(state(name), 'utf8');
/** Events by step, and what was said of a log that was set aside. */
function read() {
  const asides: [why: string, text: string][] = [];
  const events = readEvents((aside, why) => asides.push([why, readFileSync(aside, 'utf8')]));
  return { steps: events.map((e) => e.step), asides };
}

describe('what was appended', () => {
  const all: NewEvent[] = [
    { type: 'shown', ...at },
    { type: 'ran', ...at, lab, transcript: 'a.txt', source: 'paste' },
    {
      type: 'attempt',
      ...at,
      lab,
      outcome: 'not yet',
      criteria: [{ id: 'enough-malloc', state: 'more' }],
      transcript: 'a.txt',
      hash: 'abc',
    },
    {
      type: 'attempt',
      ...at,
      lab,
      outcome: 'pass',
      criteria: [],
      transcript: null,
      hash: null,
      answer: "'; $(id)\n\u2028 메모리",
    },
    { type: 'hint', ...at, level: 2 },
    { type: 'solution', ...at },
    { type: 'skip', ...at },
    { type: 'reset', ...at },
  ];
  it('is read back in order, with version and time', () => {
    vi.setSystemTime(1234567890123);
    for (const event of all) append(event);
    expect(readEvents()).toEqual(all.map((event) => ({ v: LOG_VERSION, at: 1234567890123, ...event })));
    expect(text().split('\n')).toHaveLength(all.length + 1);
  });
  it('is the learner’s alone', () => {
    append({ type: 'shown', ...at });
    expect(statSync(state(FILE)).mode & 0o777).toBe(0o600);
  });
  it('is nothing at first', () => {
    expect(read()).toEqual({ steps: [], asides: [] });
    expect(names()).toEqual([]);
  });
  it('is never rewritten', () => {
    put(FILE, line('a'));
    append({ type: 'shown', ...at });
    readEvents();
    expect(text().startsWith(line('a'))).toBe(true);
    expect(names()).toEqual([FILE]);
  });
});

describe('a log that cannot be read whole', () => {
  it.each([
    ['garbage', '{"v":1,"at":\0garbage\n'],
    ['half a line', `${line('x').slice(0, 20)}\n`],
    ['another type', line('x', { type: 'guess' })],
    [
      'another outcome',
      `${JSON.stringify({ v: 1, at: 1, type: 'attempt', ...at, lab, outcome: 'maybe', criteria: [], transcript: null, hash: null })}\n`,
    ],
    ['a key that nobody wrote', line('x', { score: 1 })],
    ['no version', line('x', { v: undefined })],
    ['an older version', line('x', { v: 0 })],
    ['a version that is no number', line('x', { v: '2' })],
    ['null', 'null\n'],
    ['a list', '[]\n'],
  ])('%s: set aside whole and named; what could be read goes on', (_, bad) => {
    const before = `${line('a')}${bad}${line('b')}`;
    put(FILE, before);
    expect(read()).toEqual({ steps: ['a', 'b'], asides: [['corrupt', before]] });
    expect(read()).toEqual({ steps: ['a', 'b'], asides: [] });
    append({ type: 'shown', lesson: '04-pairing', step: 'c' });
    expect(read()).toEqual({ steps: ['a', 'b', 'c'], asides: [] });
  });

  it.each([
    ['alone', line('x', { v: LOG_VERSION + 1 }), []],
    ['first', line('x', { v: LOG_VERSION + 1 }) + line('a'), ['a']],
    ['last', line('a') + line('x', { v: 7, type: 'guess', more: 1 }), ['a']],
    ['among garbage', `nonsense\n${line('a')}${line('x', { v: LOG_VERSION + 1 })}nonsense\n${line('b')}`, ['a', 'b']],
  ])('a newer version, %s', (_, before, steps) => {
    put(FILE, before);
    expect(read()).toEqual({ steps, asides: [['newer', before]] });
    expect(read()).toEqual({ steps, asides: [] });
  });

  it('set aside twice at one time is kept twice', () => {
    vi.setSystemTime(1000);
    for (const step of ['a', 'b', 'c']) {
      put(FILE, `nonsense of ${step}\n${line(step)}`);
      expect(read().steps).toEqual([step]);
    }
    const kept = names().filter((n) => n !== FILE);
    expect(kept.map(text)).toEqual(['a', 'b', 'c'].map((s) => `nonsense of ${s}\n${line(s)}`));
  });
});

describe('the half line of a crash', () => {
  const half = line('half').slice(0, -9);

  it('at the end is no reason to set the log aside', () => {
    put(FILE, line('a') + half);
    expect(read()).toEqual({ steps: ['a'], asides: [] });
    expect(text()).toBe(line('a') + half);
  });
  it('alone, or of no bytes', () => {
    put(FILE, half);
    expect(read()).toEqual({ steps: [], asides: [] });
    put(FILE, '');
    append({ type: 'skip', ...at });
    expect(text().split('\n')).toHaveLength(2);
  });
  it('never takes the next event with it, and is kept', () => {
    for (let cut = 1; cut < line('half').length - 1; cut++) {
      put(FILE, line('a') + line('half').slice(0, cut));
      append({ type: 'skip', lesson: '04-pairing', step: 'b' });
      const { steps, asides } = read();
      expect(steps).toEqual(['a', 'b']);
      expect(asides).toEqual([['corrupt', expect.stringContaining(`${line('half').slice(0, cut)}\n`)]]);
    }
  });
  it('that lacks its newline only is whole', () => {
    put(FILE, line('a').trimEnd());
    append({ type: 'skip', lesson: '04-pairing', step: 'b' });
    expect(read()).toEqual({ steps: ['a', 'b'], asides: [] });
  });
});

it('a disk that takes nothing is said plainly', () => {
  noDisk();
  expect(() => append({ type: 'shown', ...at })).toThrow(
    expect.objectContaining({ errorName: 'session.disk', exit: 4 }),
  );
  expect(readEvents()).toEqual([] satisfies Event[]);
});
