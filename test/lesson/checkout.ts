import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach } from 'vitest';

/**
 * A checkout that holds one lesson in order, a tracer without sources, and nothing else. Imported before anything under runner/: paths.ts asks
 * once where the checkout is. Each test begins with the files below, whatever the one before wrote.
 */
export const root = mkdtempSync(join(tmpdir(), 'workshop-lesson-'));
process.env.WORKSHOP_ROOT = root;

export const ID = '01-small';
export const at = (path: string): string => join(root, path);

export function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

const hints =
  '### Hints {#hints}\n\n1. Look.\n2. There.\n3. It is:\n\n   ```sh\n   {{command}}\n   ```\n\n### What you saw {#after}\n\nSeen.\n';

const STARTER = 'BEGIN { }';
export const FINISHED = 'BEGIN { exit(); }\n';

/** One language of the lesson; comments in code are what a translation may change there. */
export const markdown = (comment = 'all of them'): string => `---
title: A small lesson
summary: It has one step of each kind.
objectives:
  - Look
---

Introduction to {{pid}}.

## Look at calls {#look}

\`\`\`sh guide
trace-all   # ${comment}
\`\`\`

\`\`\`sh
{{command}}
\`\`\`

${hints}
## How many {#how-many}

How many were there?

${hints}
## Your own script {#own}

Yours is \`{{script}}\`; see [the guide](../guide.yaml) and [bpftrace](https://bpftrace.org/#docs).

\`\`\`bt starter
${STARTER}
\`\`\`

\`\`\`sh
{{command}}
\`\`\`

${hints}
## What you take with you {#recap}

That was {{period}} of your time.
`;

/** The step module, as plain as a module can be: what lint looks at. */
export const steps = (id = ID): string => `const control = { variant: 'twin' };
const solution = () => ({ argv: ['trace'], elevated: true });
const expect = [{ id: 'seen', teaches: true, judge: () => ({ state: 'met', seen: {} }) }];
export default { id: '${id}', minutes: 5, workload: 'small', needs: ['bpftrace'], steps: [
  { id: 'look', kind: 'command', reads: 'bpftrace', solution, expect, control, guide: [{ id: 'all', command: 'trace-all', shows: [] }] },
  { id: 'how-many', kind: 'question', reads: 'bpftrace', from: 'look', reckon: () => null, control },
  { id: 'own', kind: 'script', reads: 'bpftrace', script: 'own.bt', solution, expect, control },
] };
`;

const WORKLOAD = `name: small
summary: { ko: 작다, en: small }
binary: small
settings: {}
truth: { leaks: true, call: malloc, function: leak, blockBytes: 1024, periodMs: 8000, capBytes: 1048576 }
paces: { real: { periodMs: 8000 }, fast: { periodMs: 300 } }
variants: { leaker: {}, twin: { leak: "off" } }
`;

beforeEach(() => {
  rmSync(root, { recursive: true, force: true });
  write(`lessons/${ID}/en.md`, markdown());
  write(`lessons/${ID}/ko.md`, markdown('전부'));
  write(`lessons/${ID}/steps.ts`, steps());
  write(
    'lessons/guide.yaml',
    `- { id: all, lesson: ${ID}, command: "trace-all" }\n- { id: said, lesson: ${ID}, output: "Leak" }\n- { id: later, lesson: 99-later, command: "trace-later" }\n`,
  );
  write('workloads/small/workload.yaml', WORKLOAD);
  write('bpf/own.bt', FINISHED);
  write('bpf/memleak/Makefile', 'memleak:\n');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
