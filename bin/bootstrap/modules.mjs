// Are the node modules the ones that package-lock.json names? Costs one hash at every start.
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart } from './cannot-start.mjs';
import { read, stampOf } from './stamp.mjs';

/** Installs the node modules unless they are right. `install: false` throws instead; `dev` asks for devDependencies too. */
export async function ensureModules(root, { dev, install }) {
  const want = wanted(root);
  if (read(stampOf(root)) === want) return;
  const { adopt } = await import('./adopt.mjs');
  if (adopt(root, want, { dev })) return;
  if (!install) throw new CannotStart(forbidden);
  requireWritable(root);
  const [{ locked }, { npmCi }] = await Promise.all([import('./lock.mjs'), import('./npm.mjs')]);
  await locked(root, 'install', async (hold) => {
    if (read(stampOf(root)) !== want) await npmCi(root, { stamp: stampOf(root), want, hold });
  });
}

/** What the stamp says when the node modules are right. */
function wanted(root) {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', 'package.json']) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function requireWritable(root) {
  for (const dir of [root, join(root, 'node_modules')]) {
    if (!existsSync(dir)) continue;
    try {
      accessSync(dir, constants.W_OK);
    } catch (error) {
      throw new CannotStart({
        ko: `node 모듈이 없거나 package-lock.json과 다른데, 설치할 수 없습니다.\n  이유  ${dir}에 쓸 수 없습니다 (${error.code}).\n  다음  쓸 수 있는 곳에 복제하거나, 쓸 수 있는 계정으로 그곳에서 실행하세요: npm ci`,
        en: `The node modules are missing or are not those of package-lock.json, and cannot be installed.\n  Why   ${dir} is not writable (${error.code}).\n  Next  Clone it to a place you may write to, or, as a user who may, run there: npm ci`,
      });
    }
  }
}

const forbidden = {
  ko: 'node 모듈이 없거나 package-lock.json과 다릅니다.\n  이유  --no-install이 설치를 막았습니다.\n  다음  npm ci',
  en: 'The node modules are missing or are not those of package-lock.json.\n  Why   --no-install forbids installing them.\n  Next  npm ci',
};
