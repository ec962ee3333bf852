import type { Lang } from '../lesson/prose.ts';
import { words } from '../terminal/messages/index.ts';
import { readEvents } from './log.ts';
import { fold, type Progress } from './progress.ts';

/** Progress as it is on disk. A log that had to be set aside is named on stderr. */
export function progressNow(lang: Lang): Progress {
  return fold(
    readEvents((aside, why) => void process.stderr.write(`${words(lang)(`progress.aside.${why}`, { aside })}\n`)),
  );
}
