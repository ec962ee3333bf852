/** The tour, verify, lint and new. */
export const en = {
  'tour.title': 'A leak that every dashboard misses, found in about 30 seconds',
  'tour.lab': 'Starting a service that leaks…',
  'tour.fast': 'pid {pid}; at fast pace, one block every {period:time} instead of 8 s',
  'tour.dashboards': 'What its dashboards say: all is well.',
  'tour.kernel': 'What the kernel says, twice, {ms:time} apart (look at RSS, in KiB):',
  'tour.trace': 'Pairing every malloc with its free, by address:',
  'tour.down': 'The service was stopped and nothing was left behind. (bpftrace {version})',
  'tour.not-found': 'The trace did not show the leak this time. `npm run workshop -- doctor` looks into this machine.',
  'tour.next': 'That was the end of the story. To find it yourself, step by step, in a terminal: npm run workshop',
  'verify.begin': 'Verifying {steps} <step|steps> by {runs} <real run|real runs> at {pace} pace',
  'verify.end':
    '{steps} <step|steps>, each judged in Korean and in English: {passed} passed, {failed} failed, {skipped} skipped in {ms:time}',
  'verify.skipped': 'skipped: {why}',
  'verify.leftover': 'Left behind: {thing}',
  'new.made': 'Lesson {lesson} is there, to be written:',
  'new.next': 'Write its steps, then its prose in both languages. What comes next:',
  'new.lint': 'is it whole, and do both languages say the same? It is in order now; keep it so.',
  'new.verify': 'does each check pass for real, and say no on its control? It says no until it is written.',
  'new.accept': 'when both languages have been read side by side',
  'lint.ok': '{lessons} <lesson is|lessons are> in order, in both languages.',
  'lint.bad': '{n} <mistake|mistakes>.',
} as const;
