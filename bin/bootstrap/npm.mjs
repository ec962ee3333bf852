// Runs `npm ci`. Whatever happens, the stamp is there only if the node modules are.
import { accessSync, constants, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { languageOf } from '../../runner/words/language.mjs';
import { CannotStart } from './cannot-start.mjs';
import { runChild } from './child.mjs';

/** Installs what package-lock.json names, then writes the stamp. `hold` keeps the lock for npm should we be killed. */
export async function npmCi(root, { stamp, want, hold }) {
  const npm = findNpm();
  if (!npm) throw new CannotStart(noNpm);
  const why = existsSync(join(root, 'node_modules')) ? changed : firstStart;
  process.stderr.write(`${why[languageOf()]}\n`);
  rmSync(stamp, { force: true });
  // Tests need the devDependencies, whatever NODE_ENV says.
  const args = ['ci', '--include=dev', '--no-fund', '--no-audit', '--loglevel=error'];
  const done = await runChild(npm, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], onSpawn: hold });
  if (done.received) throw new CannotStart(interrupted, done.code);
  if (done.code !== 0) throw new CannotStart(failed(done));
  const fresh = `${stamp}.${process.pid}`;
  writeFileSync(fresh, want);
  renameSync(fresh, stamp);
}

/** The npm that the person's own shell would run, else the one that came with this Node. */
function findNpm() {
  const dirs = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), dirname(process.execPath)];
  return dirs.map((dir) => join(dir, 'npm')).find(executable);
}

function executable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const firstStart = {
  ko: '처음 시작합니다: node 모듈을 설치합니다 (npm ci, 보통 10–60초)…',
  en: 'First start: installing node modules (npm ci, usually 10–60 s)…',
};
const changed = {
  ko: 'node 모듈이 package-lock.json과 다릅니다: 다시 설치합니다 (npm ci, 보통 10–60초)…',
  en: 'The node modules are not those of package-lock.json: installing them again (npm ci, usually 10–60 s)…',
};
const interrupted = {
  ko: '설치를 멈췄습니다. 다음에 시작하면 처음부터 다시 설치합니다.',
  en: 'Stopped installing. The next start installs from the beginning.',
};
const noNpm = {
  ko: `npm을 찾을 수 없어 node 모듈을 설치하지 못합니다.\n  이유  PATH에도 ${dirname(process.execPath)}에도 없습니다. 어떤 배포판은 npm을 따로 나눠 둡니다.\n  다음  sudo apt install npm (또는 dnf), 아니면 https://nodejs.org 의 Node를 설치하세요.`,
  en: `There is no npm to install the node modules with.\n  Why   It is neither on PATH nor in ${dirname(process.execPath)}; some distributions package it apart from Node.\n  Next  sudo apt install npm (or dnf), or install Node from https://nodejs.org`,
};

function failed({ code, error, output }) {
  const lines = (error ? error.message : output)
    .split('\n')
    .filter((line) => line.trim() && !/^npm error\s*(at .*)?$/.test(line));
  // The cause comes first; where npm left its log, last.
  const told = lines.length > 12 ? [...lines.slice(0, 9), '…', ...lines.slice(-2)] : lines;
  const detail = told.map((line) => `\n        ${line}`).join('');
  return {
    ko: `node 모듈을 설치하지 못했습니다 (npm ci, 종료 코드 ${code}).\n  이유  npm이 한 말:${detail || ' 없음'}\n  다음  네트워크, 프록시, 디스크 공간을 확인하고 다시 시작하세요. 직접 해 보려면: npm ci`,
    en: `The node modules could not be installed (npm ci, exit code ${code}).\n  Why   npm said:${detail || ' nothing'}\n  Next  Check network, proxy and disk space, then start again. To try it by hand: npm ci`,
  };
}
