/** The authoring surface: all that a lesson's steps.ts may import. */
export * from '../evidence/criteria/calls.ts';
export * from '../evidence/criteria/clinic.ts';
export type { RightAnswer, Reckon } from '../evidence/criteria/answer.ts';
export { teaches } from '../evidence/criteria/define.ts';
export * from '../evidence/criteria/found.ts';
export * from '../evidence/criteria/freeing.ts';
export * from '../evidence/criteria/kernel.ts';
export * from '../evidence/criteria/memory.ts';
export * from '../evidence/criteria/outstanding.ts';
export * from '../evidence/criteria/unwritten.ts';
export { callSite } from '../evidence/site.ts';
export { lives } from '../evidence/lives.ts';
export { judge } from '../evidence/verdict.ts';
export type { Word } from '../model/lab.ts';
export { defineLesson, type Command, type LabFacts, type Lesson } from './define.ts';
export { bpftrace, bt, display, memleak, notThere, quote, typed } from './commands.ts';
