/** What a check comes to, and the leak report. */
export const en = {
  // Where a program, a function or a pod has none: in sentences, plots, tables and reports alike.
  'name.none': '(no name)',
  'outcome.pass': 'Passed',
  'outcome.not yet': 'Not yet: right so far, but more is needed',
  'outcome.nothing': 'Not yet: there is nothing to judge so far',
  'outcome.wrong': 'Wrong',
  'outcome.blocked': 'Blocked: this machine cannot do it yet',
  'outcome.broken': 'The lab is broken: its service is gone. Your answer is not to blame',
  'mark.met': '✓',
  'mark.unmet': '✗',
  'mark.more': '…',
  'mark.plain.met': '[PASS]',
  'mark.plain.unmet': '[FAIL]',
  'mark.plain.more': '[WAIT]',
  'report.leak': 'Memory leak detected',
  'report.growing': 'Growing, unproven',
  'report.none': 'No leak seen',
  'report.pid': 'PID',
  'report.unfreed': 'Unfreed allocations',
  'report.total': 'Total unfreed memory',
  'report.size': 'Most common size',
  'report.period': 'Period',
  'report.stack': 'Stack',
  'report.why': 'Why',
  'report.short': '{marks}   `m` says why',
  'report.settle': 'About {ms:time} more would settle it.',
  'report.settle.held': 'Time does not settle it: whoever holds them has to be looked at.',
  'report.unlooked': 'Whether they are lost or held stays open: {why}',
  'report.floor': 'What leaks less than {rate:bytes} a second would not have shown in this run.',
  'report.leaks': 'Leaks',
  'report.grows': 'Grows by',
  'report.per-second': '{rate}/s ± {error}',
  'report.part': '{each}; {percent} % ± {error} of its blocks, one in {n}',
  'report.limit': 'Limit',
  'report.limit.reached': '{limit:bytes} is reached in about {ms:time}',
  'report.limit.over': '{limit:bytes} is passed already',
  'report.survival':
    '{holds} of {of} <block|blocks>, {seen} are older than {age:time} and never came back (needed: {needed}); of those that did, none took longer than {longest:time}',
  'report.survival.nothing-ended':
    '{holds} of {of} <block|blocks> none came back; {seen} are older than {age:time} (needed: {needed})',
  'report.generations':
    '{holds} they were born in {seen} of {of} equal parts of the time since the first of them (needed: {needed}, and the last)',
  'report.generations.stopped':
    '{holds} they were born in {seen} of {of} equal parts of the time since the first of them, and hardly any in the last: it has stopped (needed: {needed}, and the last)',
  'report.age': '{holds} three of them have been kept for {seen:time} or longer (needed: {needed:time})',
  'report.age.none': '{holds} fewer than three of them are old (needed: {needed:time})',
  'report.oldest':
    '{holds} hardly a block came back here, so nobody knows how long they are needed: the oldest has been kept for {seen:time} (needed: {needed:time})',
  'report.span':
    '{holds} all of them were born within {seen:time}, less than one block lives here ({needed:time}): these may be its first ones',
  'report.pace':
    '{holds} fewer and fewer of them came: {needed} in the first of {parts} equal parts, {seen} in the last',
  'report.lost':
    '{holds} looked for in the process: of {of} old <block|blocks>, to {seen} no pointer is left. They are lost',
  'report.held':
    '{holds} looked for in the process: of {of} old <block|blocks>, {held} are held by {holder}. Whether it lets go, no tool can tell',
  'report.rises':
    '{holds} of {of} <list|lists>, in {parts} equal parts one after the other: the least that is held goes up {seen} <time|times> (needed: {needed}, the last of them too)',
  'report.lasts': '{holds} it has gone up for {seen:time} (needed: {needed:time})',
  'holder.site': 'a block of {name}',
  'holder.stack': 'the stack of thread {tid}',
  'holder.register': 'a register of thread {tid}',
  'holder.memory-of': 'memory of {module}',
  'holder.memory': 'memory without a name',
} as const;
