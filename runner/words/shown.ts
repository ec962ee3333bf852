import type { Added, Cause, Causes, Criteria, CriterionId } from '../evidence/shows.ts';

type State = 'met' | 'unmet' | 'more';

/** The blanks of a criterion's title, and of what was seen in each state. */
export type CriterionBlanks = { [Id in CriterionId as `criterion.${Id}`]: never } & {
  [Key in `criterion.${CriterionId}.${State}`]: Key extends `criterion.${infer Id extends CriterionId}.${infer S extends State}`
    ? Criteria[Id][S]
    : never;
};

/** The blanks that a cause's words must have. */
export type CauseBlanks = { [C in Cause as `cause.${C}`]: Causes[C] };

/** Those that they may have. */
export type CauseMayHave = { [C in Cause as `cause.${C}`]: Causes[C] | Added };
