// Builds beside dist/ and swaps: a crash never leaves half a build.
import { existsSync, linkSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { languageOf } from '../../runner/words/language.mjs';
import { CannotStart } from './cannot-start.mjs';
import { locked, workDir } from './lock.mjs';

const A_SESSION_MS = 4 * 3600 * 1000;

/** Replaces dist/, unless another start has just done so. */
export async function rebuild(root, { isBuilt, sign }) {
  await locked(root, 'build', async () => {
    if (isBuilt()) return;
    const work = workDir(root);
    // Whatever else lies there was left by builds that were killed: we hold the lock.
    for (const name of readdirSync(work)) if (/^dist-/.test(name)) rmSync(join(work, name), { recursive: true });
    const [fresh, old, dist] = [
      join(work, `dist-${process.pid}`),
      join(work, `dist-old-${process.pid}`),
      join(root, 'dist'),
    ];
    const signature = sign(); // before reading: a source saved while we build makes the next start build again
    const slow = setTimeout(() => process.stderr.write(`${building[languageOf()]}\n`), 1500);
    try {
      const { build } = await import(pathToFileURL(join(root, 'scripts/build.mjs')).href);
      await build(root, fresh);
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true });
      throw new CannotStart(failed(error));
    } finally {
      clearTimeout(slow);
    }
    keepChunks(join(dist, 'chunks'), join(fresh, 'chunks'));
    writeFileSync(join(fresh, '.stamp'), signature);
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(fresh, dist);
    rmSync(old, { recursive: true, force: true });
  });
}

/** A session that is open loads its commands when they are used: chunks of the last hours' builds stay. */
function keepChunks(from, to) {
  if (!existsSync(from) || !existsSync(to)) return;
  for (const name of readdirSync(from)) {
    const recent = Date.now() - statSync(join(from, name)).mtimeMs < A_SESSION_MS;
    if (!recent || existsSync(join(to, name))) continue;
    try {
      linkSync(join(from, name), join(to, name));
    } catch {
      return; // a file system without hard links: an open session starts anew instead
    }
  }
}

const building = { ko: '실행기를 빌드합니다…', en: 'Building the runner…' };

function failed(error) {
  const detail = String(error?.message ?? error)
    .trim()
    .split('\n')
    .slice(0, 12)
    .join('\n        ');
  return {
    ko: `실행기를 빌드하지 못했습니다. 전의 빌드는 그대로 있습니다.\n  이유  ${detail}\n  다음  위에 나온 파일을 고치고 다시 시작하세요. 파일 이름이 없으면: npm ci`,
    en: `The runner could not be built. The build from before is untouched.\n  Why   ${detail}\n  Next  Correct the file named above and start again. Where no file is named: npm ci`,
  };
}
