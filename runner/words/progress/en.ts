/** Lists, progress, hints and solutions. */
export const en = {
  'list.meta': '{minutes} min · {passed}/{of}',
  'list.next': 'next',
  'list.back': 'back',
  'list.choose': 'Which lesson?',
  'status.skipped': '{n} skipped',
  'status.next': 'Next: {step}   (npm run workshop)',
  'status.done': 'All steps are done.',
  'progress.aside.corrupt':
    'The progress file held lines that could not be read. It is kept as {aside}; what could be read goes on.',
  'progress.aside.newer':
    'The progress file was written by a newer version. It is kept as {aside}; what this version knows goes on.',
  'reset.ask': 'Forget progress in {what}?',
  'reset.done': 'Reset: {what}',
  'reset.aside': 'Your script is kept as {file}',
  'hint.level': 'Hint {level} of {of}',
  'solution.script': 'The finished script ({file}):',
  'solution.diagnosis': 'What is wrong: {name}. Repaired:',
  'solution.question': 'The answer is in what step “{from}” printed in your lab. This shows it again:',
  'solution.no-lab': 'No lab is up, so names stand for its values. `npm run workshop -- up` starts one.',
  'solution.take': 'Put it in place of your script?',
  'solution.take.yes': 'yes (yours is kept beside it)',
  'solution.take.no': 'no, I only wanted to look',
} as const;
