/** The authoring surface: all that a lesson's steps.ts may import. */
export * from '../evidence/criteria/calls.ts';
export * from '../evidence/criteria/clinic.ts';
export { comesTo, type RightAnswer, type Reckon } from '../evidence/criteria/answer.ts';
export { teaches } from '../evidence/criteria/define.ts';
export * from '../evidence/criteria/found.ts';
export * from '../evidence/criteria/freeing.ts';
export * from '../evidence/criteria/kernel.ts';
export * from '../evidence/criteria/memory.ts';
export * from '../evidence/criteria/outstanding.ts';
export * from '../evidence/criteria/unwritten.ts';
export type { Evidence } from '../evidence/model.ts';
export { callSite } from '../evidence/site.ts';
export { counted, known, minus, ofLab, over, plus, seen, times, whole } from '../evidence/sum.ts';
export { lives } from '../evidence/lives.ts';
export type { Word } from '../model/lab.ts';
export { defineLesson, type Command, type LabFacts, type Lesson } from './define.ts';
export { bpftrace, bt, display, memleak, notThere, quote, typed } from './commands.ts';
