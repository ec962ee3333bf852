import { exhaustionOf } from './exhaustion.ts';
import type { Notice } from './model.ts';
import { isPrompt } from './prompt.ts';

/** How programs, shells and Python say that something went wrong. */
const COMPLAINS =
  /\b(?:error|exception|fatal|panic)\b|\w(?:Error|Exception): |\b(?:failed|failure|unable|cannot|can['’]t|couldn['’]t|could not|refused|denied|not (?:permitted|supported|found|allowed)|no such|invalid|undefined symbol|unknown option)\b|^(?:Killed|Aborted|Bus error|Segmentation fault)\b/i;
/** Said of what stands in nobody's way. */
const HARMLESS =
  /^\s*(?:WARN|INFO|DEBUG|note:)|warning: |modprobe|RLIMIT_MEMLOCK|uprobe_events|available_filter_functions|failed to detach|KeyboardInterrupt/i;
const TRACEBACK = /^Traceback \(most recent call last\):/;
/** The line that says what a traceback is of: the first one that is not indented. */
const RAISED = /^[A-Za-z_][\w.]*(?:: .*)?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's colours, which are no words
const COLOURS = /\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
/** Longer lines are cut, more are not looked at: a reason stands at the beginning, or a traceback at the end. */
const MAX_LINE = 240;
const MAX_LINES = 20_000;

/**
 * Why a transcript without evidence has none, in the tool's own words: the exception of its traceback, else the first line that
 * complains. Null where nothing does.
 */
export function reasonIn(transcript: string): Notice | null {
  let first: string | null = null;
  let raised: string | null = null;
  let inTraceback = false;
  for (const raw of transcript.split('\n', MAX_LINES)) {
    const line = raw
      .slice(0, 4 * MAX_LINE)
      .replace(COLOURS, '')
      .trimEnd();
    if (line === '' || isPrompt(line)) continue;
    if (TRACEBACK.test(line)) inTraceback = true;
    else if (inTraceback && RAISED.test(line)) {
      inTraceback = false;
      if (!HARMLESS.test(line)) raised = line;
    } else if (!inTraceback && first === null && (COMPLAINS.test(line) || exhaustionOf(line)) && !HARMLESS.test(line))
      first = line;
  }
  const reason = raised ?? first;
  if (reason === null) return null;
  return { kind: 'notice', code: exhaustionOf(reason) ?? 'tool-failed', detail: reason.trim().slice(0, MAX_LINE) };
}
