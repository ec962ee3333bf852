/**
 * What criteria and causes show: values by name, with their unit where they have one. The words under the same ids have
 * exactly these as blanks. Ids are permanent: words, logs and lint refer to them.
 */
export interface Criteria {
  'own-process': { met: 'seen'; unmet: 'seen' | 'expected'; more: 'expected' };
  'own-container': { met: never; unmet: 'seen'; more: never };
  'enough-malloc': { met: 'seen'; unmet: 'seen' | 'atLeast'; more: 'seen' | 'atLeast' };
  'enough-mmap': { met: 'seen'; unmet: 'seen' | 'atLeast'; more: 'seen' | 'atLeast' };
  'block-size-malloc': { met: 'seen:bytes'; unmet: 'seen:bytes' | 'expected:bytes'; more: never };
  'block-size-mmap': { met: 'seen:bytes'; unmet: 'seen:bytes' | 'expected:bytes'; more: never };
  'only-large': { met: 'seen'; unmet: 'seen:bytes' | 'expected:bytes'; more: never };
  period: { met: 'seen:time'; unmet: 'seen:time' | 'expected:time'; more: 'seen' | 'atLeast' };
  'call-site': { met: 'seen:name' | 'named' | 'of'; unmet: 'seen:name'; more: never };
  verdict: { met: 'blocks' | 'bytes:bytes' | 'size:bytes'; unmet: 'blocks'; more: 'blocks' };
  outstanding: {
    met: 'first:bytes' | 'last:bytes' | 'snapshots';
    unmet: 'first:bytes' | 'last:bytes' | 'snapshots';
    more: 'snapshots';
  };
  'sums-agree': {
    met: 'blocks' | 'bytes:bytes';
    unmet: 'blocks' | 'bytes:bytes' | 'expected:bytes';
    more: never;
  };
  'old-blocks': { met: 'seen:time'; unmet: 'seen:time' | 'needed:time'; more: never };
  'lists-blocks': { met: 'seen'; unmet: 'seen'; more: 'seen' | 'atLeast' };
  'request-rate': { met: 'seen:bytes'; unmet: 'seen:bytes' | 'expected:bytes'; more: 'snapshots' };
  'touch-rate': { met: 'seen:bytes'; unmet: 'seen:bytes' | 'expected:bytes'; more: 'snapshots' };
  'tracer-measured': { met: 'name:name' | 'rss:bytes' | 'cpu'; unmet: never; more: never };
  'frees-lag': {
    met: 'allocs' | 'frees' | 'percent';
    unmet: 'allocs' | 'frees' | 'percent';
    more: 'allocs' | 'atLeast';
  };
  'says-healthy': { met: 'seen' | 'times'; unmet: 'seen'; more: never };
  'rss-unseen': {
    met: 'first:bytes' | 'last:bytes' | 'gauge:bytes';
    unmet: 'first:bytes' | 'last:bytes' | 'grown:bytes' | 'needed:bytes';
    more: 'readings' | 'atLeast';
  };
  'anonymous-grows': {
    met: 'anonymous:bytes' | 'rss:bytes' | 'percent';
    unmet: 'anonymous:bytes' | 'rss:bytes';
    more: 'readings' | 'atLeast';
  };
  'four-numbers': { met: 'seen'; unmet: 'missing'; more: 'missing' };
  'log-lies': {
    met: 'first:bytes' | 'last:bytes' | 'lines';
    unmet: 'first:bytes' | 'last:bytes' | 'lines';
    more: 'lines' | 'atLeast';
  };
  'log-calm': { met: 'seen' | 'times'; unmet: 'seen'; more: never };
  unwritten: { met: never; unmet: never; more: never };
  'has-btf': { met: never; unmet: never; more: never };
  'has-uprobe': { met: never; unmet: never; more: never };
  'has-capabilities': { met: 'seen'; unmet: 'seen' | 'expected'; more: never };
  'probes-libc': { met: 'probes' | 'seen'; unmet: 'seen' | 'expected'; more: never };
  'blocks-pile-up': { met: 'first' | 'last' | 'lists'; unmet: 'first' | 'last' | 'lists'; more: 'lists' };
  holder: { met: 'seen:name' | 'blocks'; unmet: 'seen:name'; more: never };
  'own-field': { met: 'name' | 'seen'; unmet: 'name' | 'expected:bytes'; more: never };
  'kernel-stacks': { met: 'kernel' | 'of'; unmet: 'kernel' | 'of'; more: never };
  'asks-from': { met: 'seen:name' | 'blocks'; unmet: 'seen:name'; more: never };
  'asks-size': {
    met: 'blocks' | 'seen:bytes';
    unmet: 'blocks' | 'seen:bytes' | 'expected:bytes';
    more: 'blocks' | 'atLeast';
  };
  'found-leak': {
    met: 'seen:name' | 'blocks' | 'size:bytes';
    unmet: 'watched:time' | 'seen:name';
    more: 'watched:time' | 'seen:name';
  };
  'two-pids': { met: 'outer' | 'inner'; unmet: 'seen'; more: never };
  'tells-apart': { met: 'on'; unmet: 'on'; more: 'on' };
  diagnosis: { met: 'seen'; unmet: 'seen' | 'shows'; more: never };
  unprobed: { met: never; unmet: 'hits' | 'probed:time'; more: never };
  'addresses-stay': { met: 'first' | 'last'; unmet: 'first' | 'last'; more: 'lists' };
  answer: { met: 'seen'; unmet: 'seen'; more: 'seen' };
  'tools-agree': {
    met: 'tools' | 'least' | 'most';
    unmet: 'tools' | 'least' | 'most';
    more: 'silent';
  };
  outlives: {
    met: 'survivors' | 'blocks' | 'percent';
    unmet: 'survivors' | 'blocks';
    more: 'survivors' | 'blocks';
  };
  settles: { met: 'watched:time' | 'blocks' | 'seen'; unmet: 'watched:time' | 'blocks'; more: 'watched:time' };
}

/** Why a criterion does not stand, and what that takes besides. */
export interface Causes {
  'wrong-pid': never;
  'inner-pid': never;
  unfiltered: never;
  'foreign-address': never;
  'too-short': 'moreMs:time';
  'through-mmap': never;
  'no-stack': never;
  'entry-probe': never;
  'no-symbols': never;
  'other-leak': 'expected:bytes';
  'no-such-field': never;
  'other-value': never;
  'nothing-found': never;
  unproven: never;
  'other-function': 'expected';
  'comes-back': never;
  'same-as-healthy': never;
  'same-elsewhere': never;
  'other-no': never;
  'blind-there': never;
  'only-here': never;
  'too-little-there': never;
  'other-file': never;
  flat: never;
  'gauge-moves': never;
  'only-mmap': never;
  'no-addresses': never;
  'other-size': never;
  'user-stacks': never;
  'one-namespace': never;
  'other-frame': never;
  'no-such-frame': never;
  'no-evidence': never;
  'no-answer': never;
  'not-a-number': never;
  'other-class': never;
  'not-among': never;
  'tool-silent': never;
  'nothing-ended': never;
  'no-witness': never;
  'cannot-look': 'why';
  'too-high': never;
  'too-low': never;
}

export type CriterionId = keyof Criteria;
export type Cause = keyof Causes;

/** What any cause may name too: the step that a question is about, which whoever tells adds. */
export type Added = 'from';

export type Value = string | number;
export type Values = Readonly<Record<string, Value>>;

/** What a number counts; `time` in ms. */
export type Unit = 'bytes' | 'time';

/** The values that fill such blanks: of `size:bytes`, a number called `size`; of `seen:name`, a name, which may be none. */
export type Filling<Blank extends string> = {
  [B in Blank as B extends `${infer Name}:${Unit | 'name'}` ? Name : B]: B extends `${string}:${Unit}`
    ? number
    : B extends `${string}:name`
      ? string
      : Value;
};
