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
  'report.floor': 'The smallest leak that this run could have seen: {rate:bytes} a second.',
  'report.early-cohort':
    '{holds} of the {blocks} <block|blocks> born 15–45 % into the run, {seen} % of the bytes are still alive at 65 % (needed: {needed} %, and 3 blocks)',
  'report.late-cohort':
    '{holds} of the {blocks} <block|blocks> born 45–75 % into the run, {seen} % of the bytes are still alive at 85 % (needed: {needed} %, and 3 blocks)',
  'report.low-water':
    '{holds} the low-water mark: {needed:bytes} in the first third, {seen:bytes} in the last (needed: higher)',
  'report.still-keeping': '{holds} the later blocks kept {seen} times the bytes of the earlier ones (needed: {needed})',
} as const;
