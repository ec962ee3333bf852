import { describe, expect, it } from 'vitest';
import { root } from '../lesson/checkout.ts';
import { BLANKS } from '../../runner/lesson/prose.ts';
import { blanks } from '../../runner/session/blanks.ts';
import { FakeLab } from './fakes.ts';
import { howMany, lesson, look, own } from './small.ts';
import { state } from './state.ts';

const lab = new FakeLab(34);
const script = () => state('scripts/01-small/own.bt');

describe('blanks', () => {
  it('are all filled, whatever the step, with a lab and without', () => {
    for (const step of [null, look, howMany, own]) for (const at of [null, lab]) expect(Object.keys(blanks(lesson, step, at, 'en')).sort()).toEqual([...BLANKS].sort());
  });
  it('hold what the lab has', () => {
    expect(blanks(lesson, look, lab, 'en')).toEqual({ pid: '34', libc: '/proc/34/root/libc.so.6', healthPort: '8080', metricsPort: '9090', log: '/tmp/service.log', period: '0.3 s', tick: '0.6 s', script: '', command: 'sudo trace -p 34' });
    expect(blanks(lesson, look, lab, 'ko')).toMatchObject({ period: '0.3초', tick: '0.6초' });
    expect(blanks(lesson, null, lab, 'en')).toMatchObject({ pid: '34', command: '' });
    expect(blanks(lesson, null, new FakeLab(34, { pace: 'real' }), 'en')).toMatchObject({ tick: '10 s' });
  });
  it('a question’s command is that of the step it asks about', () => {
    expect(blanks(lesson, howMany, lab, 'en').command).toBe('sudo trace -p 34');
  });
  it('a script’s command runs the learner’s own copy, not ours', () => {
    expect(blanks(lesson, own, lab, 'en')).toMatchObject({ script: script(), command: `trace ${script()}` });
    expect(script()).not.toContain(root);
  });
  it('without a lab are names, as in a manual', () => {
    expect(blanks(lesson, own, null, 'en')).toMatchObject({ pid: '<pid>', libc: '<libc>', command: `trace ${script()}`, script: script() });
  });
});
