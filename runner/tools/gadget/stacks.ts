import type { Emit } from '../text/reading.ts';
import * as z from 'zod';
import type { Frame } from '../../evidence/model.ts';
import { isPlaceholder } from '../../evidence/site.ts';
import { notice } from '../text/notice.ts';
import { own, plain } from '../text/plain.ts';
import { count } from './json.ts';

/** Inspektor Gadget keeps 127 frames of a stack, and 256 characters of a name. */
const MAX_FRAMES = 128;
const MAX_NAME = 1024;
const MAX_TEXT = 64 * 1024;
/** Stacks that read the same are one in memory, up to so much text. */
const MAX_SHARED = 8 * 1024 * 1024;
/** What a frame costs beside its text. */
const FRAME = 64;
/** An error of the kernel's (-EEXIST, -ENOMEM, -EFAULT) as an unsigned number: the stack was not stored. */
const FIRST_ERROR = 2 ** 31;
const MISSING = {
  lost: 'the table of stacks was full, or had no room for them',
  unasked: '--collect-ustack was not given',
};

/** As every gadget prints a user stack; without --collect-ustack all of it is zero. Older ones have no timestamp. */
export const userStack = z.object({
  stack_id: count.max(2 ** 32 - 1),
  inode: z.number().default(0),
  boot_timestamp: z.number().default(0),
  symbols: z.string().max(MAX_TEXT).default(''),
  addresses: z.string().max(MAX_TEXT).default(''),
});
type UserStack = z.infer<typeof userStack>;

/** `fresh`: how many of the frames are not shared with a stack that came before. `missing`: why there are none. */
export interface Stack {
  frames: Frame[];
  fresh: number;
  missing: keyof typeof MISSING | null;
}

/** Reads one stack after another. `id` is the key that the gadget itself counts by, where it prints one. */
export function stacks(): (raw: UserStack | undefined, id?: number | undefined) => Stack {
  const shared = new Map<string, Frame[]>();
  let room = MAX_SHARED;
  return (raw, id = raw?.stack_id) => {
    if (id !== undefined && id >= FIRST_ERROR) return { frames: [], fresh: 0, missing: 'lost' };
    // Where the symbolizer fails, as for a process that has ended, there are addresses alone.
    const text = raw?.symbols || raw?.addresses || '';
    if (text === '')
      return {
        frames: [],
        fresh: 0,
        missing: raw && (raw.inode !== 0 || raw.boot_timestamp !== 0) ? 'lost' : 'unasked',
      };
    const known = shared.get(text);
    if (known) return { frames: known, fresh: 0, missing: null };
    const frames = namedFrames(text);
    room -= text.length + FRAME * frames.length;
    if (room > 0) shared.set(own(text), frames);
    return { frames, fresh: frames.length, missing: null };
  };
}

/** Functions as they stand in one text, innermost first; one that ends in `cut` has lost the end of its name. */
export const namedFrames = (text: string, cut?: string): Frame[] =>
  text
    .replace(/; ?$/, '')
    .split('; ', MAX_FRAMES)
    .filter((name, i, { length }) => name !== '' || length > 1 || i > 0)
    .map((name) => (cut !== undefined && name.endsWith(cut) ? { symbol: null, offset: null } : frameOf(name)));

/** A name, or the address of what has none in the program's own table of symbols, such as all of libc. */
function frameOf(text: string): Frame {
  const name = plain(text).trim();
  const none = name === '' || name.length > MAX_NAME || isPlaceholder(name);
  return { symbol: none ? null : own(name), offset: null };
}

/** Says once for each reason that stacks are missing: `of` is what they are missing of. */
export function missingStacks(emit: Emit): (why: keyof typeof MISSING, of: string) => void {
  const told = new Set<string>();
  return (why, of) => {
    if (!told.has(why)) emit(notice('lost-events', `${of} without a stack: ${MISSING[why]}`));
    told.add(why);
  };
}
