import { parse, YAMLParseError } from 'yaml';
import * as z from 'zod';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS, proseOf } from '../environments/index.ts';
import type { EnvironmentKind } from '../model/kinds.ts';

const meta = z.strictObject({
  title: z.string().min(1),
  summary: z.string().min(1),
  objectives: z.array(z.string().min(1)).min(1),
  diagnoses: z
    .record(z.string(), z.strictObject({ name: z.string().min(1), shows: z.string().min(1) }))
    .optional()
    .transform((all) => all ?? {}),
});

/** Names that prose may use, filled by the session with what the lab at hand has. */
export const BLANKS = [
  'pid',
  'libc',
  'healthPort',
  'metricsPort',
  'log',
  'memleak',
  'period',
  'tick',
  'command',
  'broken',
  'starter',
  'script',
  'namespace',
  'pod',
  'deployment',
  'tools',
  'toolbox',
  'nodePid',
  'containerId',
  'kubeconfig',
] as const;
export type Blank = (typeof BLANKS)[number];

/** The prose of one step. `starter` is the script that a learner begins with, from the section's `bt` fence. */
export interface StepProse {
  title: string;
  body: string;
  hints: string[];
  /** What is to be repaired: shown once it has been said what is wrong; null where nothing is. */
  repair: string | null;
  /** What the learner may guess before a run; null where nothing is asked. */
  predict: string | null;
  /** What it all meant: shown once the step has passed. */
  after: string;
  starter: string | null;
  /** 1-based line of the heading, for annotations. */
  line: number;
}

export interface Prose {
  title: string;
  summary: string;
  objectives: string[];
  /** What may be wrong, by id: how it is called, and what would be seen if it were that. */
  diagnoses: Readonly<Record<string, { name: string; shows: string }>>;
  intro: string;
  steps: Map<string, StepProse>;
  recap: string;
}

/** A mistake in a markdown file, with the line it is on. */
export class ProseError extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

const HEADING = /^(#{2,3})\s+(.*?)\s*\{#([a-z0-9-]+)\}\s*$/;

const KIND = `(?:${ENVIRONMENTS.join('|')})`;
const ONLY = new RegExp(`^<!-- only (${KIND}(?: ${KIND})*) -->\\s*$`);
/** Stands for a line that is not there: unlike an empty one it ends no paragraph. */
const LEFT_OUT = '\u0000';
const END = /^<!-- end -->\s*$/;

/**
 * Leaves out what is for other environments: lines between `<!-- only kind cluster -->` and `<!-- end -->`. Each of
 * them becomes LEFT_OUT, so that lines keep their numbers. Throws ProseError where a block is not closed, or closed twice.
 */
export function onlyIn(text: string, environment: EnvironmentKind): string {
  let open: { line: number; ours: boolean } | null = null;
  const lines = text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line, i) => {
      const only = ONLY.exec(line)?.[1];
      if (only !== undefined) {
        if (open) throw new ProseError('a block for an environment inside another', i + 1);
        open = { line: i + 1, ours: proseOf(environment).some((kind) => only.split(' ').includes(kind)) };
        return LEFT_OUT;
      }
      if (END.test(line)) {
        if (!open) throw new ProseError('<!-- end --> of no block', i + 1);
        open = null;
        return LEFT_OUT;
      }
      if (/^<!--\s*(only|end)\b/.test(line))
        throw new ProseError(
          `no such mark: ${line} (it is <!-- only host -->, <!-- only kind cluster -->, <!-- end -->)`,
          i + 1,
        );
      return open && !open.ours ? LEFT_OUT : line;
    });
  const left = open as { line: number } | null;
  if (left) throw new ProseError('a block for an environment is not closed by <!-- end -->', left.line);
  return lines.join('\n');
}

/**
 * Parses a lesson's markdown, as it is in an environment: frontmatter, an introduction, a `## Title {#step-id}` section per step with its
 * `### … {#hints}` (an ordered list), `### … {#after}`, where there is something to guess `### … {#predict}`, where there is something to repair
 * `### … {#repair}`, and a closing `## … {#recap}`. Throws ProseError.
 */
export function parseProse(text: string, environment: EnvironmentKind = DEFAULT_ENVIRONMENT): Prose {
  const lines = onlyIn(text, environment).split('\n');
  const close = lines.indexOf('---', 1);
  if (lines[0] !== '---' || close < 0)
    throw new ProseError('the file must begin with YAML frontmatter between --- lines', 1);
  const parsed = meta.safeParse(frontmatter(lines.slice(1, close).join('\n')));
  if (!parsed.success) throw new ProseError(`frontmatter: ${z.prettifyError(parsed.error)}`, 1);

  const prose: Prose = { ...parsed.data, intro: '', steps: new Map(), recap: '' };
  let put = (line: string) => {
    prose.intro += line;
  };
  let step: StepProse | null = null;
  let fence: string | null = null;
  for (let i = close + 1; i < lines.length; i++) {
    const line = lines[i] as string;
    if (line === LEFT_OUT) continue;
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (mark) fence = fence === null ? mark : line.trim().startsWith(fence) ? null : fence;
    const heading = fence === null && !mark ? HEADING.exec(line) : null;
    if (!heading) {
      if (fence === null && /^##?\s/.test(line))
        throw new ProseError(`a section's heading needs an id: ${line} {#id}`, i + 1);
      put(`${line}\n`);
      continue;
    }
    const [, level, title = '', id = ''] = heading;
    if (level === '##' && id === 'recap') {
      step = null;
      put = (l) => {
        prose.recap += l;
      };
    } else if (level === '##') {
      if (prose.steps.has(id)) throw new ProseError(`two sections have the id ${id}`, i + 1);
      const now: StepProse = {
        title,
        body: '',
        hints: [],
        repair: null,
        predict: null,
        after: '',
        starter: null,
        line: i + 1,
      };
      step = now;
      prose.steps.set(id, now);
      put = (l) => {
        now.body += l;
      };
    } else if (step && id === 'hints') {
      const { hints } = step;
      put = (l) => {
        const item = /^\d+\.\s+(.*)$/s.exec(l);
        if (item) hints.push(item[1] as string);
        else if (hints.length > 0) hints[hints.length - 1] += l.replace(/^ {1,3}/, '');
      };
    } else if (step && id === 'repair') {
      const now = step;
      put = (l) => {
        now.repair = (now.repair ?? '') + l;
      };
    } else if (step && id === 'predict') {
      const now = step;
      now.predict = '';
      put = (l) => {
        now.predict += l;
      };
    } else if (step && id === 'after') {
      const now = step;
      put = (l) => {
        now.after += l;
      };
    } else {
      throw new ProseError(`no such part of a step: {#${id}} (it is predict, hints, repair or after)`, i + 1);
    }
  }
  if (fence !== null) throw new ProseError('a code fence is not closed', lines.length);
  for (const s of prose.steps.values()) {
    s.starter = /^```bt starter\n([\s\S]*?)^```$/m.exec(s.body)?.[1] ?? null;
    s.hints = s.hints.map((h) => h.trim());
  }
  return prose;
}

function frontmatter(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    // Its own words name the line below the --- and quote the text; ours name the file's.
    throw new ProseError(`frontmatter: ${error.message.split(' at line ')[0]}`, (error.linePos?.[0].line ?? 0) + 1);
  }
}

/** Fills `{{name}}`. A name without a value is left as it is and reported: lint makes sure there is none. */
export function fill(
  text: string,
  values: Record<string, string>,
  onMissing: (name: string) => void = () => {},
): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => {
    if (Object.hasOwn(values, name)) return values[name] as string;
    onMissing(name);
    return whole;
  });
}

/** Names of the placeholders in a text, in order. */
export const placeholders = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1] as string);
