import * as z from 'zod';
import { count, nanoseconds, pid } from './json.ts';
import { userStack } from './stacks.ts';

/** More call sites than fit a line. */
export const MAX_LIST = 50_000;

/** What one call site of one process has had since the trace began; fields that we don't read are let through. */
const callSite = z.object({
  pid,
  mntns_id: count.optional(),
  k8s: z.object({ node: z.string().max(1024) }).optional(),
  stack_id: count.max(2 ** 32 - 1).optional(),
  outstanding_bytes: count,
  outstanding_count: count,
  allocated_bytes: count,
  allocs: count,
  frees: count,
  /** Of all call sites together. */
  lost: count.optional(),
  /** A field that a learner puts into the program in lesson 8. */
  block_bytes: count.optional(),
  timestamp_raw: nanoseconds.optional(),
  ustack: userStack.optional(),
  ustack_raw: userStack.optional(),
});
export type CallSite = z.infer<typeof callSite>;

/** One fetch: only call sites that hold something. */
export const fetched = z.array(callSite).max(MAX_LIST);

/** Empty where no node was asked but this machine: `ig run`. */
export const nodeOf = (s: CallSite): string => s.k8s?.node ?? '';
