/** The tour, verify and lint. */
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
  'verify.begin': 'Verifying {steps} steps by {runs} real runs at {pace} pace',
  'verify.end': '{passed} passed, {failed} failed in {ms:time}',
  'verify.leftover': 'Left behind: {thing}',
  'lint.ok': '{lessons} lessons are in order, in both languages.',
  'lint.bad': '{n} mistakes.',
} as const;
