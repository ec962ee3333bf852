import type { Texts } from '../blanks.ts';
import type { CauseBlanks } from '../shown.ts';

/** Why a criterion is not met. */
export const en = {
  'cause.wrong-pid':
    'This transcript is of another process. The lab’s pid is in the prose above; a new lab has a new one.',
  'cause.inner-pid':
    'That is the pid inside the service’s own pid namespace. The tracer needs the one the kernel uses outside.',
  'cause.unfiltered': 'Other processes are in it as well: put a predicate on every probe, /pid == …/.',
  'cause.foreign-address': 'No block at these addresses was ever in this process: it is another lab’s output.',
  'cause.too-short': 'Let it run longer, about {moreMs:time} more.',
  'cause.through-mmap': 'That is the mmap inside libc: one page more than the program asked for.',
  'cause.no-stack': 'No stack was printed: add ustack to the printf.',
  'cause.entry-probe':
    'The stack ends in start_thread without a function of the program: this is an entry probe, and libc has no frame there. Take the stack at malloc’s return (uretprobe).',
  'cause.no-symbols': 'The stack holds bare addresses only: the program’s symbols were not found.',
  'cause.other-leak': 'Something leaks, but not blocks of {expected:bytes}.',
  'cause.no-such-field':
    'The list has entries, but not that field: the program that runs is not the changed one. Compile it again, and run what came out.',
  'cause.other-value': 'The field is there, with another value than one block takes.',
  'cause.nothing-found':
    'It found nothing that is kept, in a time in which the leak would have been found: this is how a service looks that gives back.',
  'cause.unproven':
    'It grows, and nothing is proven yet: probes were on malloc for as long as they may. Start it again, with a larger --escalate.',
  'cause.other-function': 'Something leaks, but not in {expected}.',
  'cause.comes-back':
    'Blocks come back after a while: this is a service that frees. A healthy twin looks just like this.',
  'cause.same-as-healthy':
    'Your script says the same of a healthy service, one that gives every block back: it leaves out what tells the two apart.',
  'cause.same-elsewhere':
    'Your script says the same of a service that does otherwise: it does not look at what this step is about.',
  'cause.other-no': 'There it fails, but on something else than this step is about.',
  'cause.blind-there':
    'There it saw nothing. Is this lab’s pid or path written into the script? $1 and $2 are those it was started with.',
  'cause.only-here':
    'Here only one service was looked at. `r` in the workshop runs the script on this one and the other, and then it counts.',
  'cause.too-little-there': 'What it printed there is too little to tell.',
  'cause.other-file': 'A probe is set into one file: this one is another.',
  'cause.flat': 'It stands still: this is how a process looks that gives back what it takes.',
  'cause.gauge-moves': 'The gauge moves too, so this dashboard would have told.',
  'cause.no-addresses': 'The lists have sums alone: an option of the tool adds the address and size of each block.',
  'cause.only-mmap':
    'Only libc’s own mmap is left in this stack: the tool lost the caller on the way from malloc to mmap, as BCC before 0.31 and libbpf-tools do for blocks of 128 KiB and more. Run it on a service with a raised mmap threshold.',
  'cause.other-size': 'Blocks of another size are outstanding, none of the leaking one.',
  'cause.user-stacks':
    'These are stacks of a program: with -p, memleak watches one process, without it the kernel’s allocators.',
  'cause.one-namespace': 'It runs in the namespace it was looked at from.',
  'cause.other-frame':
    'It is in the stacks, but it is not the function that asked for these blocks: look at the innermost frame of the program.',
  'cause.no-such-frame': 'No stack of that run has this name in it.',
  'cause.no-evidence': 'Run step “{from}” in this lab first: the answer is in what it prints.',
  'cause.no-answer': 'Type an answer.',
  'cause.not-a-number': 'A number is asked for.',
  'cause.other-class': 'What that run shows speaks against it.',
  'cause.not-among': 'One of the words that the question names is asked for.',
  'cause.tool-silent':
    'Its lines are marked with its name: what it says instead of lists is among them. One of them needs longer to start than the others.',
  'cause.nothing-ended': 'No block came back, so there is no life to be longer than.',
  'cause.no-witness':
    'It still grows, and nobody has looked whether anything in the process points at the old blocks: lost and held look alike so far.',
  'cause.cannot-look':
    'It still grows, and the tool could not look whether anything in the process points at the old blocks: {why}.',
  'cause.too-high': 'Too high. Look at the lines again, and at the unit asked for.',
  'cause.too-low': 'Too low. Look at the lines again, and at the unit asked for.',
} as const satisfies Texts<CauseBlanks>;
