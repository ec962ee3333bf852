// What every entry point loads first. It parses on Node 14, so that an old Node gets a sentence and not a syntax error:
// no top-level await, and no static import but of what parses there too. What checks is in bootstrap/; what repairs is
// loaded only when needed.
import { languageOf } from '../runner/words/language.mjs';
import { CannotStart } from './bootstrap/cannot-start.mjs';

const LEAST = [20, 19];

/** The checkout, without a slash at its end. */
export const root = decodeURIComponent(new URL('..', import.meta.url).pathname).slice(0, -1);

/** Throws CannotStart when this Node is too old. */
function requireNode(found = process.versions.node) {
  const [major, minor] = found.split('.').map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return;
  const least = LEAST.join('.');
  throw new CannotStart({
    ko: `Node ${found}에서 시작했지만 ${least} 이상이 필요합니다.\n  이유  실행기가 그 판부터 있는 기능을 씁니다.\n  다음  https://nodejs.org 에서 받거나, nvm이 있으면: nvm install 22`,
    en: `This is Node ${found}, but ${least} or newer is needed.\n  Why   The runner uses what that release brought.\n  Next  Get it from https://nodejs.org or, with nvm: nvm install 22`,
  });
}

/**
 * Makes node_modules and dist/ right, or throws CannotStart. `dev` asks for the tools of tests and checks as well;
 * `--no-install` in `argv` forbids installing.
 */
export async function bootstrap({ argv = process.argv.slice(2), dev = false } = {}) {
  process.env.WORKSHOP_ROOT = root; // how bundled code finds lessons and workloads, wherever the checkout was moved
  const { ensureModules } = await import('./bootstrap/modules.mjs');
  await ensureModules(root, { dev, install: !argv.includes('--no-install'), bundle: bundleIn(argv) });
  const { ensureBuilt } = await import('./bootstrap/built.mjs');
  await ensureBuilt(root);
}

/** The file after `--bundle`: where there is no network, the node modules come from there as well. */
function bundleIn(argv) {
  const at = argv.findIndex((word) => /^--bundle(?:=|$)/.test(word));
  return at < 0 ? undefined : argv[at] === '--bundle' ? argv[at + 1] : argv[at].slice('--bundle='.length);
}

/** Runs an entry point on a Node that is new enough and sets the exit code it resolves to. Stack traces need --debug. */
export function launch(work) {
  const fail = (error) => {
    process.exitCode = report(error);
  };
  try {
    requireNode();
  } catch (error) {
    return fail(error);
  }
  if (process.argv.includes('--debug')) process.setSourceMapsEnabled(true);
  process.on('uncaughtException', (error) => process.exit(report(error)));
  work().then((code) => {
    process.exitCode = code;
  }, fail);
}

function report(error) {
  const known = error instanceof CannotStart;
  const words = {
    ko: `예상하지 못한 오류입니다: ${error?.message}\n  다음  어디서 났는지 보려면 --debug를 붙여 다시 실행하세요.`,
    en: `Something unexpected went wrong: ${error?.message}\n  Next  Run the same with --debug to see where.`,
  };
  const text = known ? error.message : words[languageOf()];
  process.stderr.write(`${text}\n${process.argv.includes('--debug') ? `${error?.stack}\n` : ''}`);
  return known ? error.exitCode : 3;
}
