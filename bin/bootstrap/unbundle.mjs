// Takes the node modules from a bundle: where there is no network, and npm has nothing to reach.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { languageOf } from '../../runner/words/language.mjs';
import { BadBundle, check, partsOf, unpack } from './bundle-file.mjs';
import { CannotStart } from './cannot-start.mjs';
import { workDir } from './lock.mjs';

/**
 * Resolves to whether the node modules are those of the bundle now; false where it has none, or none for this checkout on this
 * machine, which is said. Throws CannotStart where the file is damaged. `hold` keeps the lock for tar should we be killed.
 */
export async function unbundle(root, { bundle, want, hold }) {
  if (!existsSync(bundle)) return false; // the runner says so, if it starts
  const work = workDir(root);
  // Whatever else lies there was left by starts that were killed: we hold the lock.
  for (const name of readdirSync(work)) if (/^modules-/.test(name)) rmSync(join(work, name), { recursive: true });
  const [fresh, old, modules] = [join(work, 'modules-new'), join(work, 'modules-old'), join(root, 'node_modules')];
  try {
    const parts = partsOf(bundle);
    if (!parts.needs || !parts.contents) return false;
    const { modules: of, platform } = parts.contents;
    if (of !== want || platform !== `${process.platform}-${process.arch}`) {
      process.stderr.write(`${other(bundle, of === want ? platform : null)[languageOf()]}\n`);
      return false;
    }
    process.stderr.write(`${taking[languageOf()]}\n`);
    await check(bundle, parts, 'needs');
    mkdirSync(fresh);
    await unpack(bundle, parts.needs, fresh, ['node_modules'], hold);
    if (existsSync(modules)) renameSync(modules, old);
    renameSync(join(fresh, 'node_modules'), modules);
  } catch (error) {
    throw new CannotStart(error instanceof BadBundle ? damaged(bundle) : failed(bundle, error));
  } finally {
    for (const dir of [fresh, old]) rmSync(dir, { recursive: true, force: true });
  }
  return true;
}

const taking = {
  ko: '처음 시작합니다: node 모듈을 묶음에서 가져옵니다…',
  en: 'First start: taking the node modules from the bundle…',
};

const other = (bundle, platform) => ({
  ko: `${bundle}에 든 node 모듈은 ${platform === null ? '다른 판의 워크숍 것' : `${platform}용`}이라 쓰지 않고 npm으로 설치합니다.`,
  en: `The node modules in ${bundle} are ${platform === null ? 'of another version of the workshop' : `for ${platform}`}: npm is asked for ours.`,
});

const damaged = (bundle) => ({
  ko: `묶음 파일이 손상되었습니다: ${bundle}\n  이유  복사가 중간에 끊겼거나 바이트가 바뀌었습니다.\n  다음  만든 곳에서 다시 복사하거나, 네트워크가 있는 곳에서 새로 만드세요: npm run workshop -- bundle FILE`,
  en: `The bundle is damaged: ${bundle}\n  Why   A copy broke off, or bytes of it have changed.\n  Next  Copy it again from where it was made, or make it anew where there is a network: npm run workshop -- bundle FILE`,
});

const failed = (bundle, error) => ({
  ko: `묶음에서 node 모듈을 가져오지 못했습니다: ${bundle}\n  이유  ${error.message}\n  다음  디스크 공간과 쓰기 권한을 확인하고 같은 명령을 다시 실행하세요.`,
  en: `The node modules could not be taken from the bundle: ${bundle}\n  Why   ${error.message}\n  Next  Check disk space and rights, then the same command again.`,
});
