import { criterion, unmet } from './define.ts';

/** Stands in a new lesson for what its author has still to say: nothing passes it. */
export const unwritten = () => criterion('unwritten', () => unmet({}));
