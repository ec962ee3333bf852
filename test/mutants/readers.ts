/** Readers that believe what is not there, or lose what is; and what a shell and a learner are told. */
import { type Mutant, of } from './mutant.ts';

export const READERS: Mutant[] = [
  ...of(
    'runner/tools/text/lines.ts',
    ['test/tools/text/lines.test.ts'],
    {
      find: 'if (!skipping && (!whole || size > 0)) {',
      replace: 'if (!skipping && !whole) {',
      breaks: 'a line loses what an earlier chunk had of it',
    },
    {
      find: 'yield plain(line.toString());\n        size = 0;',
      replace: 'yield plain(line.toString());\n        if (!skipping) size = 0;',
      breaks: 'the end of a line that was too long stands before the next',
    },
  ),
  ...of('runner/tools/text/rejoin.ts', ['test/tools/copied.test.ts'], {
    find: '(json ? RECORD.test(line) || isCommand(line) : begins(line, shapes))',
    replace: 'json',
    breaks: 'a line that begins something goes on with the one before it',
  }),
  ...of('runner/tools/text/time-of-day.ts', ['test/tools/bcc/lists.test.ts'], {
    find: 'last - seconds > DAY_S / 2 ? DAY_S : last - seconds',
    replace: 'last - seconds',
    breaks: 'midnight stops the clock',
  }),
  ...of('runner/tools/bcc/memleak.ts', ['test/tools/strangers.test.ts'], {
    find: 'if (open) open.site = null;',
    replace: '',
    breaks: 'frames of a line that was not understood belong to the site before it',
  }),
  ...of('runner/tools/bpftrace/text.ts', ['test/tools/bpftrace/{recordings,machine}.test.ts'], {
    find: 'if (call === null && complain(printed)) return;\n      stacks.close();',
    replace: 'stacks.close();\n      if (call === null && complain(printed)) return;',
    breaks: 'a complaint between two frames cuts their stack in two',
  }),
  ...of('runner/tools/bpftrace/maps.ts', ['test/tools/bpftrace/{recordings,machine}.test.ts'], {
    find: 'if (printing !== name || maps.get(name)?.has(key)) fresh(name);',
    replace: '',
    breaks: 'two prints of a map are one',
  }),
  ...of(
    'runner/tools/bcc/memleak.ts',
    ['test/tools/bcc/lists.test.ts'],
    {
      find: "if (rest.trim() === '') return;\n      if (isPrompt(rest)) close('end');",
      replace: "if (rest.trim() === '' || isPrompt(rest)) close('end');",
      breaks: 'a list that nothing follows is whole',
    },
    {
      find: 'if (breaks(line) && !leaving) open = null;',
      replace: "if (breaks(line) && !leaving) close('end');",
      breaks: 'a list that was killed is whole',
    },
  ),
  ...of('runner/tools/memleak/text.ts', ['test/tools/memleak/{lists,prefixes}.test.ts'], {
    find: "entries.reduce((n, e) => (e.origin === 'page-faults' ? n : n + e.bytes), 0) === bytes",
    replace: 'entries.length > 0',
    breaks: 'a last list is whole before its sum is reached',
  }),
  ...of('runner/tools/memleak/json.ts', ['test/tools/memleak/{lists,prefixes}.test.ts'], {
    find: "if (before) emit({ kind: 'free', atMs: born, pid: block.pid, address });",
    replace: '',
    breaks: 'a block that was given back unseen is not told to be',
  }),
  ...of('runner/tools/gadget/totals.ts', ['test/tools/gadget/{memleak,prefixes}.test.ts'], {
    find: 'if (!now.has(key) && last) change(pid, key, { ...last, frees: last.allocs });',
    replace: '',
    breaks: 'what a call site gave back last is never counted',
  }),
  ...of('runner/tools/gadget/read.ts', ['test/tools/gadget/{memleak,prefixes}.test.ts'], {
    find: '(isFetch(rest) || isCall(rest)) && attempt(rest) !== null',
    replace: 'isFetch(rest) || isCall(rest)',
    breaks: 'a line that is cut off is read',
  }),
  ...of(
    'runner/tools/system/read.ts',
    ['test/tools/system/read.test.ts'],
    {
      find: 'if (reading && labels.has(label)) {',
      replace: 'if (reading && labels.size > 3) {',
      breaks: 'one look’s account runs into the next one’s',
    },
    {
      find: "else if (rest !== '' && !STATUS.test(rest)) yield* take(rest);",
      replace: "else if (rest !== '') yield* take(rest);",
      breaks: 'a pid that is cut off is a pid',
    },
  ),
  ...of('runner/lesson/commands.ts', ['test/lesson/commands.test.ts'], {
    find: 'const PLAIN = /^[\\w@%+=:,./-]+$/;',
    replace: 'const PLAIN = /^[\\w@%+=:,./~-]+$/;',
    breaks: 'a tilde is typed without quotes',
  }),
  ...of(
    'runner/journal/progress.ts',
    ['test/journal/progress.test.ts'],
    {
      find: 'shownAt.delete(key);',
      replace: '',
      breaks: 'a reset forgets all but when a step was shown',
    },
    {
      find: "if (step.state !== 'passed') step.state = 'skipped';",
      replace: "step.state = 'skipped';",
      breaks: 'a step that is passed can be skipped',
    },
  ),
];
