// What a picture shows that can change without it: the lesson, its scripts, and the words of the screen that are in it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';

export const root = new URL('../..', import.meta.url).pathname.slice(0, -1);
export const LANGS = ['en', 'ko'];
/** The folder of pictures and recordings, in the checkout. */
export const PICTURES = 'docs/picture';
/** What is walked: a lesson, in two steps of which scripts are run. */
export const LESSON = '04-pairing';
export const SCRIPTS = ['bpf/outstanding.bt', 'bpf/by-call-site.bt'];

/** Shorter than this, letters without blanks, words may be anybody's. */
const TELLING = { en: 8, ko: 5 };

/**
 * The source of a picture that shows this text. Two that differ were made from different words.
 * @param {'en' | 'ko'} lang
 * @param {string} text all that was on the screen
 */
export function sourceOf(lang, text) {
  const shown = squeezed(text);
  const seen = Object.entries(words(lang)).filter(([, message]) => {
    const part = squeezed(longest(message));
    return part.length >= TELLING[lang] && shown.includes(part);
  });
  return { ...written(lang), words: Object.fromEntries(seen) };
}

/** What of a source is no longer so: names of files, keys of words. */
export function changed(lang, source) {
  const now = written(lang);
  const all = words(lang);
  return [
    ...Object.keys(now).filter((name) => now[name] !== source[name]),
    ...Object.keys(source.words).filter((key) => all[key] !== source.words[key]),
  ];
}

function written(lang) {
  const files = [`lessons/${LESSON}/${lang}.md`, ...SCRIPTS];
  return Object.fromEntries(files.map((file) => [file, hash(readFileSync(join(root, file)))]));
}

/** Every word in a language, by its key. */
function words(lang) {
  const dir = join(root, 'runner/words');
  const areas = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Object.assign({}, ...areas.map(({ name }) => area(join(dir, name, `${lang}.ts`), lang)));
}

/** An area is one object of strings: without its types it says so itself. */
function area(file, lang) {
  const { code } = transformSync(readFileSync(file, 'utf8'), { loader: 'ts', format: 'cjs' });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', code)(module, module.exports, () => ({}));
  return module.exports[lang];
}

/** The part of a word by which it is known on a screen. */
export const partOf = (lang, key) => longest(words(lang)[key]);

const longest = (message) => message.split(/\{[^}]*\}|<[^>]*>/).reduce((a, b) => (b.length > a.length ? b : a), '');
// A line that was wrapped has its blanks elsewhere, and a gutter between.
const squeezed = (text) => text.replaceAll(/[\s│]+/g, '');
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
