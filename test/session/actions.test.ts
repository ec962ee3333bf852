import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../runner/paths.ts';
import { type Action, offer } from '../../runner/session/actions/action.ts';
import { actions } from '../../runner/session/actions/index.ts';
import type { StepAt } from '../../runner/session/step-at.ts';

const at = { index: 3 } as StepAt;
const called = (label: string | null): Action => ({ offered: () => label, act: async () => ({ to: 0 }) });

it('keys are offered in the order of their table, where their actions say so', () => {
  expect(offer({ z: called('last letter'), m: called(null), a: called('first') }, at, 'a').all).toEqual([
    { key: 'z', label: 'last letter' },
    { key: 'a', label: 'first' },
  ]);
});

it('an action is asked about the step at hand', () => {
  const third: Action = { offered: ({ index }) => (index === 3 ? 'here' : null), act: async () => {} };
  expect([offer({ t: third }, at, 't').all, offer({ t: third }, { ...at, index: 0 }, 't').all]).toEqual([
    [{ key: 't', label: 'here' }],
    [],
  ]);
});

it('those that are pressed most stand on the line, by a short name, and so does the one that Enter takes', () => {
  const brief: Action = { ...called('run it here'), brief: () => 'run' };
  expect(offer({ r: brief, x: called('reset'), z: { ...brief, offered: () => null } }, at, 'r')).toEqual({
    all: [
      { key: 'r', label: 'run it here' },
      { key: 'x', label: 'reset' },
    ],
    line: [{ key: 'r', label: 'run' }],
  });
  expect(offer({ r: brief, k: called('skip'), x: called('reset') }, at, 'k').line).toEqual([
    { key: 'r', label: 'run' },
    { key: 'k', label: 'skip' },
  ]);
});

it('each file of actions is one key of the menu, and q is left to the step', () => {
  const files = readdirSync(join(root, 'runner/session/actions')).filter((f) => !['action.ts', 'index.ts'].includes(f));
  expect(Object.keys(actions)).toHaveLength(files.length);
  expect(new Set(Object.values(actions)).size).toBe(files.length);
  expect(Object.keys(actions).filter((key) => key === 'q' || key.length !== 1)).toEqual([]);
});
