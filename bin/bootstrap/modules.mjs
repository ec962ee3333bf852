// Are the node modules the ones that package-lock.json names? Costs one hash at every start.
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart } from './cannot-start.mjs';
import { read, stampOf, wanted } from './stamp.mjs';

/**
 * Installs the node modules unless they are right, from a `bundle` where one is given that has them. `install: false` throws
 * instead; `dev` asks for devDependencies too.
 */
export async function ensureModules(root, { dev, install, bundle }) {
  const want = wanted(root);
  if (read(stampOf(root)) === want) return;
  const { adopt } = await import('./adopt.mjs');
  if (adopt(root, want, { dev })) return;
  if (!install) throw new CannotStart(forbidden);
  requireWritable(root);
  const [{ locked }, { npmCi }] = await Promise.all([import('./lock.mjs'), import('./npm.mjs')]);
  await locked(root, 'install', async (hold) => {
    if (read(stampOf(root)) === want || adopt(root, want, { dev })) return;
    if (bundle !== undefined && !dev) {
      const { unbundle } = await import('./unbundle.mjs');
      if (await unbundle(root, { bundle, want, hold })) return;
    }
    await npmCi(root, { stamp: stampOf(root), want, hold });
  });
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
