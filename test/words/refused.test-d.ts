// What must not compile. tsc, a part of `npm run check`, fails where one of these lines does; nothing here is ever run.
import { WorkshopError } from '../../runner/errors.ts';
import { criterion, met, more, unmet } from '../../runner/evidence/criteria/define.ts';
import type { BlanksOf, Only, Texts, Translation } from '../../runner/words/blanks.ts';
import { type Say, words } from '../../runner/words/index.ts';

declare const either: boolean;
const say: Say = words('en');

say('lab.down');
say('up.already', { pid: 3 });
say(either ? 'up.fresh' : 'up.already', { pid: 3 });
// @ts-expect-error a key that is none
say('up.allready', { pid: 3 });
// @ts-expect-error no blank is filled
say('up.already');
// @ts-expect-error a blank is missing
say('down.orphan', { id: '3' });
// @ts-expect-error a blank is misspelt
say('up.already', { pdi: 3 });
// @ts-expect-error a blank that the text has not
say('up.already', { pid: 3, id: '3' });
// @ts-expect-error a blank where the text has none
say('lab.down', { pid: 3 });
// @ts-expect-error of two texts, the blanks of one
say(either ? 'down.orphan' : 'up.already', { id: '3', what: '' });
// @ts-expect-error a time is a number of ms
say('report.settle', { ms: '8 s' });

new WorkshopError('lab.died');
new WorkshopError('session.disk', { detail: '', variable: 'TMPDIR' });
new WorkshopError('session.disk', { detail: '', variable: 'TMPDIR', dir: '/elsewhere' });
// @ts-expect-error an error that is none
new WorkshopError('lab.dyed');
// @ts-expect-error a value is missing
new WorkshopError('lab.still-there', { pid: '3' });
// @ts-expect-error a value that its words do not show
new WorkshopError('lab.died', { pid: '3' });
// @ts-expect-error a fault of ours is thrown as what it is
new WorkshopError('fault', { detail: '' });

criterion('two-pids', () => met({ outer: 3, inner: 1, more: 'than is shown' }));
criterion('two-pids', () => unmet({ seen: 3 }, 'one-namespace'));
criterion('period', () => more({ seen: 1, atLeast: 3, moreMs: 8000 }, 'too-short'));
// @ts-expect-error a criterion that has no words
criterion('three-pids', () => met({}));
// @ts-expect-error what its words show is not given
criterion('two-pids', () => met({ outer: 3 }));
// @ts-expect-error a size is a number of bytes
criterion('block-size-malloc', () => met({ seen: '1 MiB' }));
// @ts-expect-error a cause that has no words
criterion('two-pids', () => unmet({ seen: 3 }, 'one-name'));
// @ts-expect-error what the words of the cause show is not given
criterion('period', () => more({ seen: 1, atLeast: 3 }, 'too-short'));

const en = { up: 'Up: pid {pid}, {size:bytes}.', down: 'Gone.' } as const;
type English = typeof en;
export const translated = { up: 'pid {pid}, {size:bytes}', down: '없음' } as const satisfies Translation<English>;
export const whole = translated satisfies Only<typeof translated, BlanksOf<English>>;
// @ts-expect-error a key is missing
export const lacking = { up: 'pid {pid}, {size:bytes}' } as const satisfies Translation<English>;
// @ts-expect-error a key that the other language has not
export const stale = { ...translated, over: '끝' } as const satisfies Translation<English>;
// @ts-expect-error a blank is missing
export const silent = { up: 'pid {pid}', down: '없음' } as const satisfies Translation<English>;
// @ts-expect-error a blank is misspelt
export const misspelt = { up: 'pid {pdi}, {size:bytes}', down: '없음' } as const satisfies Translation<English>;
// @ts-expect-error a blank is formatted otherwise
export const otherwise = { up: 'pid {pid}, {size:time}', down: '없음' } as const satisfies Translation<English>;
const chatty = { up: 'pid {pid}, {size:bytes}', down: '{pid} 없음' } as const satisfies Translation<English>;
// @ts-expect-error a blank that the other language has not
export const blank = chatty satisfies Only<typeof chatty, BlanksOf<English>>;
// @ts-expect-error a criterion shows a value, and its words do not
export const mute = { 'criterion.x.met': 'seen' } as const satisfies Texts<{ 'criterion.x.met': 'seen' }>;
