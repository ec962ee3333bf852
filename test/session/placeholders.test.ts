import { describe, expect, it } from 'vitest';
import { root } from '../lesson/checkout.ts';
import { BLANKS } from '../../runner/lesson/prose.ts';
import { blanks } from '../../runner/session/placeholders.ts';
import { FakeLab, FakePod } from './fakes.ts';
import { howMany, lesson, look, own } from './small.ts';
import { state } from '../journal/state.ts';

const lab = new FakeLab(34);
/** What only a pod has, as a manual would write it. */
const NOWHERE = {
  namespace: 'memleak-demo',
  pod: '<pod>',
  deployment: 'stealth-memory-leaker',
  tools: 'memleak-tools',
  toolbox: '<toolbox>',
  nodePid: '<node-pid>',
  containerId: '<container-id>',
  kubeconfig: '<kubeconfig>',
};
const script = () => state('scripts/01-small/own.bt');

describe('blanks', () => {
  it('are all filled, whatever the step, with a lab and without', () => {
    for (const step of [null, look, howMany, own])
      for (const at of [null, lab, new FakePod()])
        expect(Object.keys(blanks(lesson, step, at, 'en')).sort()).toEqual([...BLANKS].sort());
  });
  it('hold what the lab has', () => {
    expect(blanks(lesson, look, lab, 'en')).toEqual({
      pid: '34',
      libc: '/proc/34/root/libc.so.6',
      healthPort: '8080',
      metricsPort: '9090',
      log: '/tmp/service.log',
      period: '0.3 s',
      tick: '0.6 s',
      script: '',
      command: 'sudo trace -p 34',
      broken: '',
      starter: '',
      memleak: expect.any(String),
      ...NOWHERE,
    });
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
  it('hold where the lab is in a cluster', () => {
    expect(blanks(lesson, look, new FakePod(), 'en')).toMatchObject({
      pid: '1',
      log: 'deployment/leaker',
      namespace: 'of-a-learner',
      pod: 'leaker-5d-x2',
      deployment: 'leaker',
      tools: 'of-a-class',
      toolbox: 'toolbox-x',
      nodePid: '21873',
      containerId: 'containerd://0a1b',
      kubeconfig: '/state/kubeconfig',
    });
  });
  it('without a lab are names, as in a manual', () => {
    expect(blanks(lesson, own, null, 'en')).toMatchObject({
      pid: '<pid>',
      libc: '<libc>',
      command: `trace ${script()}`,
      script: script(),
    });
    expect(blanks(lesson, look, null, 'en', 'host')).toMatchObject({ pid: '<pid>', ...NOWHERE });
    expect(blanks(lesson, look, null, 'en', 'kind')).toMatchObject({ pid: '1', ...NOWHERE });
  });
});
