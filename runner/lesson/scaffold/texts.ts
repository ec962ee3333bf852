// A lesson before it is written: in order for lint, in both languages, and refused by verify, which says what is missing.
import type { Lang } from '../../words/index.ts';

export const steps = (
  id: string,
): string => `import { bt, defineLesson, ownProcess, teaches, unwritten } from '../../runner/lesson/index.ts';

export default defineLesson({
  id: '${id}',
  minutes: 10,
  workload: 'stealth-leaker',
  needs: ['bpftrace'],
  steps: [
    {
      id: 'look',
      kind: 'command',
      reads: 'bpftrace',
      // Numbers come from the lab: as long as twelve blocks take.
      solution: bt('malloc-calls.bt', (lab) => lab.lasting(12)),
      // What the run must show; exactly one of them is what the step teaches.
      expect: [ownProcess(), teaches(unwritten())],
      // A real run on which the check must say wrong, on what is taught: one of \`variants\` in workload.yaml.
      control: { variant: 'twin' },
    },
  ],
});
`;

export const prose: Record<Lang, (title: string) => string> = {
  en: (title) => `---
title: ${title}
summary: What this lesson shows, in one sentence.
objectives:
  - What the learner can do afterwards
---

What is at stake, and why the lessons before this one don't answer it. The service is process {{pid}}.

## What the step is about {#look}

Why before how. Then the command:

\`\`\`sh
{{command}}
\`\`\`

### Hints {#hints}

1. A nudge.
2. A pointer.
3. The command:

   \`\`\`sh
   {{command}}
   \`\`\`

### What you saw {#after}

What it meant. This is shown once the step has passed.

## What you take with you {#recap}

What to remember.
`,
  ko: (title) => `---
title: ${title}
summary: 이 레슨에서 보게 되는 것을 한 문장으로.
objectives:
  - 레슨을 마치면 할 수 있는 것
---

무엇이 문제인지, 앞의 레슨들로는 왜 답이 나오지 않는지. 서비스는 프로세스 {{pid}}입니다.

## 이 단계에서 하는 일 {#look}

방법보다 이유를 먼저. 그다음에 명령:

\`\`\`sh
{{command}}
\`\`\`

### 힌트 {#hints}

1. 살짝 밀어 주기.
2. 방향 가리키기.
3. 명령:

   \`\`\`sh
   {{command}}
   \`\`\`

### 본 것 {#after}

그것이 뜻하는 것. 단계를 통과하면 나옵니다.

## 정리 {#recap}

기억할 것.
`,
};

/** A row of the README's table of lessons. */
export const row: Record<Lang, (id: string, title: string) => string> = {
  en: (id, title) =>
    `| ${Number(id.slice(0, 2))} | [${title}](lessons/${id}/en.md) | what this lesson shows | bpftrace |`,
  ko: (id, title) =>
    `| ${Number(id.slice(0, 2))} | [${title}](lessons/${id}/ko.md) | 이 레슨에서 보게 되는 것 | bpftrace |`,
};

export const test = (id: string): string => `import { expect, test } from 'vitest';
import lesson from '../../lessons/${id}/steps.ts';
import { judged } from './judging.ts';

test('the step passes on what bpftrace printed of the leaker', async () => {
  expect((await judged(lesson, 'look', 'bpftrace/0.23.2/malloc-calls.txt')).outcome.kind).toBe('pass');
});
`;
