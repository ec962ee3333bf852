import type { Tool } from '../../model/tool.ts';
import { loader } from '../memleak/index.ts';
import { readGadget } from './read.ts';

/**
 * The gadget, bpf/memleak: Inspektor Gadget runs it where it can; elsewhere our own loader runs the same program
 * (`memleak --gadget`), and every report then names `loader`. One reader reads both. What is detected is the loader, which is
 * always needed; an environment's preflight looks for Inspektor Gadget itself.
 */
export const gadget: Tool = {
  kind: 'gadget',
  detect: (place) => loader.detect(place),
  plan: ({ script, args, pid }) => [script, ...(pid === null ? [] : ['-p', String(pid)]), '--gadget', ...args],
  read: readGadget,
};
