import { describe, expect, it } from 'vitest';
import { anyLabFor, lessonId, otherLab, stepOf, upCommand } from '../../runner/cli/select.ts';
import { append } from '../../runner/journal/events.ts';
import { lessonIds, loadLesson } from '../../runner/lesson/load.ts';
import { words } from '../../runner/words/index.ts';
import { FakeLab } from '../session/fakes.ts';
import '../journal/state.ts';

const at = async (...words: string[]) => {
  const { lesson, step } = await stepOf(words);
  return `${lesson.id}/${step.id}`;
};

describe('a lesson', () => {
  it.each(['4', '04', '004', 'pairing', '04-pairing'])('%s is 04-pairing', (name) => {
    expect(lessonId(name)).toBe('04-pairing');
  });
  it.each([
    ['pairng', 'pairing'],
    ['04-pair', '04-pairing'],
    ['pai', 'pairing'],
    ['99', ''],
    ['', ''],
    ['../04-pairing', '04-pairing'],
    ['/etc', ''],
  ])('%s is none, and says which was meant', (lesson, meant) => {
    expect(() => lessonId(lesson)).toThrow(
      expect.objectContaining({
        errorName: 'usage.unknown-lesson',
        exit: 2,
        values: { lesson, meant, lessons: lessonIds().join(' ') },
      }),
    );
  });
});

describe('no step', () => {
  it('is the one that a session would go on with', async () => {
    append({ type: 'shown', lesson: '04-pairing', step: 'pair' });
    expect(await at()).toBe('04-pairing/pair');
    append({ type: 'skip', lesson: '04-pairing', step: 'pair' });
    expect(await at()).toBe(`04-pairing/${(await loadLesson('04-pairing')).steps[1]?.id}`);
  });
  it('is none for somebody who has not begun: a step has to be named', async () => {
    await expect(at()).rejects.toMatchObject({ errorName: 'usage.which-step', exit: 2 });
  });
});

describe('a step', () => {
  it.each([
    [['04-pairing/pair']],
    [['pairing/pair']],
    [['4/pair']],
    [['4/1']],
    [['4', 'pair']],
    [['pairing', '1']],
    [['pair']],
  ])('%j is 04-pairing/pair', async (words) => {
    expect(await at(...words)).toBe('04-pairing/pair');
  });

  it('by number and by id are the same, for each of each lesson', async () => {
    for (const id of lessonIds()) {
      const { steps } = await loadLesson(id);
      for (const [i, step] of steps.entries()) {
        expect(await at(`${Number(id.slice(0, 2))}/${i + 1}`)).toBe(`${id}/${step.id}`);
        expect(await at(id, step.id)).toBe(`${id}/${step.id}`);
      }
    }
  });

  it.each([
    [['4/pairr'], { lesson: '04-pairing', step: 'pairr', meant: 'pair' }],
    [['4/99'], { lesson: '04-pairing', step: '99', meant: '' }],
    [['4/0'], { lesson: '04-pairing', step: '0', meant: '' }],
    [['4', ''], { lesson: '04-pairing', step: '', meant: '' }],
    [['how-odl'], { lesson: '', step: 'how-odl', meant: 'how-old' }],
  ])('%j is none, and says which was meant', async (words, values) => {
    await expect(stepOf(words)).rejects.toMatchObject({
      errorName: 'usage.unknown-step',
      exit: 2,
      values: { ...values, steps: expect.stringMatching(/how-old|workshop -- list/) },
    });
  });
  it.each(['4', 'pairing', '04-pairing'])('is asked for where only a lesson is named: %s', async (name) => {
    await expect(stepOf([name])).rejects.toMatchObject({
      errorName: 'usage.which-step',
      exit: 2,
      values: { example: '4/pair', steps: expect.stringContaining('how-old') },
    });
  });
  it('is asked for where nothing is named', async () => {
    await expect(stepOf([''])).rejects.toMatchObject({
      errorName: 'usage.which-step',
      exit: 2,
      values: { example: '4/pair' },
    });
  });
  it('of a lesson that is none is that lesson’s error', async () => {
    await expect(stepOf(['pairng/pair'])).rejects.toMatchObject({
      errorName: 'usage.unknown-lesson',
      values: { meant: 'pairing' },
    });
  });
});

describe('a lab for a step', () => {
  const lab = (pid: number, variant: string) => new FakeLab(pid, { workload: 'stealth-leaker', variant });
  const forPair = async (...labs: FakeLab[]) => {
    const { lesson, step } = await stepOf(['4/pair']);
    const { lab: found, other } = anyLabFor(labs, lesson, step);
    return [found?.target.pid ?? null, other];
  };
  it('is the newest that it is about, and where none of those is up another variant, which is told', async () => {
    expect(await forPair()).toEqual([null, false]);
    expect(await forPair(lab(1, 'twin'))).toEqual([1, true]);
    expect(await forPair(lab(1, 'twin'), lab(2, 'leaker'), lab(3, 'leaker'))).toEqual([2, false]);
    expect(await forPair(new FakeLab(1, { workload: 'other', variant: 'twin' }))).toEqual([null, false]);
  });
  it('of another variant is said with what starts the one it is about', async () => {
    const { lesson, step } = await stepOf(['4/pair']);
    for (const lang of ['en', 'ko'] as const) {
      const said = otherLab(words(lang), lab(7, 'twin'), lesson, step);
      for (const piece of ['twin', '7', 'leaker', 'npm run workshop -- up']) expect(said).toContain(piece);
    }
    expect(upCommand('kind', 'twin')).toBe('npm run workshop -- up --env kind --variant twin');
  });
});
