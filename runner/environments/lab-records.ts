import { makeDirs } from '../disk.ts';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { EnvironmentKind } from '../model/kinds.ts';
import type { LabRecord } from '../model/lab.ts';
import { stateDir } from '../paths.ts';
import { add, latest } from './revisions.ts';

const ID = /^[a-z0-9-]+$/;
export const processSchema = z.strictObject({ pid: z.int().positive(), startTime: z.string() });

/** What every environment writes down of a lab; its own schema adds what the lab consists of. */
export const common = {
  version: z.literal(1),
  id: z.string().regex(ID),
  workload: z.string(),
  variant: z.string(),
  seed: z.int().nonnegative().optional(),
  pace: z.enum(['real', 'fast']),
  lifetime: z.enum(['session', 'until-down']),
  /** Who started it: a session's lab whose owner is gone is an orphan. */
  owner: processSchema,
  startedAt: z.number(),
};

export const labsDir = (): string => join(stateDir(), 'labs');
/** The lab's own folder: its record, ledger, the service's log, learners' scratch. */
export const labDir = (id: string): string => join(labsDir(), id);

/** The records of one environment's labs, each written before anything of its lab exists. */
export interface LabStore<R extends LabRecord> {
  /** Writes down a lab that nothing exists of yet. Its id is new: one that is known already is an error. */
  create(record: R): void;
  /**
   * Changes what is on disk *now*: `change` gets that and says only what becomes different, and is asked again where another
   * runner was faster. Resolves to the record as it then stands; null where it has been removed meanwhile.
   */
  update(id: string, change: (now: R) => Partial<R>): R | null;
  /** Newest first. One that cannot be read is set aside under a name that says so, and named by `onBad`. */
  all(onBad?: OnBad): R[];
}

export type OnBad = (file: string) => void;

const text = (record: LabRecord) => `${JSON.stringify(record, null, 2)}\n`;

export function labStore<R extends LabRecord>(environment: EnvironmentKind, schema: z.ZodType<R>): LabStore<R> {
  const read = (id: string, onBad?: OnBad) => latestOf(id, (of) => (of === environment ? schema : null), onBad);
  return {
    create(record) {
      makeDirs(labsDir());
      mkdirSync(labDir(record.id));
      add(labDir(record.id), 0, text(record));
    },
    update(id, change) {
      for (;;) {
        const now = read(id);
        if (!now?.record) return null;
        const different = change(now.record);
        if (Object.keys(different).length === 0) return now.record;
        const next = { ...now.record, ...different };
        if (add(labDir(id), now.number + 1, text(next))) return next;
      }
    },
    all: (onBad) =>
      ids()
        .flatMap((id) => read(id, onBad)?.record ?? [])
        .sort((a, b) => b.startedAt - a.startedAt),
  };
}

/** Which environments have labs written down here. What can't be read, or is of none of these, is set aside. */
export function recorded(known: readonly EnvironmentKind[], onBad?: OnBad): Set<EnvironmentKind> {
  const schemaOf = (of: string) => (known.some((kind) => kind === of) ? anyRecord : z.never());
  return new Set(ids().flatMap((id) => latestOf<LabRecord>(id, schemaOf, onBad)?.record?.environment ?? []));
}

/** Away with the record and the folder in one step: an update under way finds neither. */
export function removeRecord(id: string): void {
  const gone = join(labsDir(), `.gone-${id}`);
  try {
    renameSync(labDir(id), gone);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  rmSync(gone, { recursive: true, force: true });
}

function ids(): string[] {
  try {
    return readdirSync(labsDir()).filter((name) => ID.test(name));
  } catch {
    return [];
  }
}

const head = z.looseObject({ version: z.literal(1), id: z.string(), environment: z.string() });
const anyRecord = head as unknown as z.ZodType<LabRecord>;

/** A revision that cannot be read makes way for the one before it; that of another environment (no schema) is left alone. */
function latestOf<R extends LabRecord>(
  id: string,
  schemaOf: (environment: string) => z.ZodType<R> | null,
  onBad: OnBad = () => {},
): { record: R | null; number: number } | null {
  for (let revision = latest(labDir(id)); revision; revision = latest(labDir(id))) {
    const { file, number } = revision;
    try {
      const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
      const { id: named, environment } = head.parse(json);
      if (named !== id) throw new Error(`the record of ${named}`);
      return { record: schemaOf(environment)?.parse(json) ?? null, number };
    } catch (error) {
      if (isMissing(error)) continue; // another runner was faster
      setAside(file, onBad);
    }
  }
  return null;
}

function setAside(file: string, onBad: OnBad): void {
  const aside = `${file}.unreadable-${Date.now()}`;
  try {
    renameSync(file, aside);
    onBad(aside);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
