import { write } from '../lesson/checkout.ts';
import { defineLesson } from '../../runner/lesson/define.ts';
import { lesson as small } from './small.ts';

const [look] = small.steps;
if (look?.kind !== 'command') throw new Error('the small lesson begins with a command');

/** Of its three diagnoses the second is right: the trace is of nobody, and is repaired by naming the service. */
export const lesson = defineLesson({
  ...small,
  id: '02-broken',
  diagnoses: { deaf: /hears/, nobody: /nobody/, spare: /spare/ },
  steps: [
    {
      ...look,
      id: 'silent',
      kind: 'repair',
      diagnosis: 'nobody',
      broken: { command: () => ({ argv: ['trace', 'nobody'], elevated: true }), shows: [] },
    },
    { ...look, id: 'own', starter: () => ({ argv: ['trace'], elevated: false }) },
  ],
});

const hints = '### Hints {#hints}\n\n1. Look.\n2. There.\n3. It is: {{command}}\n';
const PROSE = `---
title: Broken
summary: One step to repair, and one to change.
objectives: [Repair]
diagnoses:
  deaf: { name: it is deaf, shows: It would hear nothing. }
  nobody: { name: it is of nobody, shows: It would name nobody. }
  spare: { name: a spare part, shows: It would lie about. }
---

Introduction.

## Silent {#silent}

{{broken}}

${hints}
### To be repaired {#repair}

Name the service.

### What you saw {#after}

Repaired.

## Your own {#own}

{{starter}}

${hints}
### What you saw {#after}

Changed.

## Recap {#recap}

Done.
`;

export function writeBroken(): void {
  for (const lang of ['en', 'ko']) write(`lessons/02-broken/${lang}.md`, PROSE);
}
