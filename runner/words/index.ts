// Every word in both languages. An area is a folder of two files, which english.ts and korean.ts put together with the
// others; nothing outside imports an area. What a criterion shows is declared in evidence/, and errors.ts takes names here.
import type { Filling, Value, Values } from '../evidence/shows.ts';
import { UNNAMED } from '../evidence/criteria/define.ts';
import type { BlanksIn, BlanksOf, Only } from './blanks.ts';
import { english } from './english.ts';
import { korean } from './korean.ts';
import type { Lang } from './language.mjs';
import { bytes, duration } from './numbers.ts';

export type { Lang } from './language.mjs';
export { bytes, duration, scaled } from './numbers.ts';

type English = typeof english;
export type MessageKey = keyof English;
type KeysUnder<Prefix extends string> = Extract<MessageKey, `${Prefix}.${string}`>;

type ErrorIn<Key> = Key extends `error.${infer Name}.what` ? Name : never;
export type ErrorName = Exclude<ErrorIn<MessageKey>, 'fault'>;
/** What an error's words leave open. One that lacks a part does not compile. */
export type ErrorBlanks<Name extends ErrorName> = BlanksIn<English[`error.${Name}.${'what' | 'why' | 'next'}`]>;

const books: Record<Lang, Record<MessageKey, string>> = {
  en: english,
  ko: korean satisfies Only<typeof korean, BlanksOf<English>>,
};

/** Says what is under a key; its blanks are given, all of them and no other. Of a key that is one of two, both's. */
export type Say = <Key extends MessageKey>(key: Key, ...values: Given<BlanksIn<English[Key]>>) => string;

type Given<Blank extends string> = [Blank] extends [never] ? [] : [values: Filling<Blank>];

/** The words of a language. */
export const words =
  (lang: Lang): Say =>
  (key, ...[values]) =>
    fill(books[lang][key], values ?? {}, lang);

/**
 * Says what was given its values elsewhere: where a criterion judged, or an error was thrown, the compiler held them
 * against these words.
 */
export const retell = (say: Say, key: KeysUnder<'criterion' | 'cause' | 'error'>, values: Values): string =>
  (say as (key: MessageKey, values: Values) => string)(key, values);

/** Whether there are words under a key of this area that is put together at run time. */
export const hasWords = <Area extends string>(key: `${Area}.${string}`): key is KeysUnder<Area> =>
  Object.hasOwn(english, key);

/** `{n}`, `{size:bytes}`, `{ms:time}`, `{comm:name}`, and `{n} <step|steps>`: a number with its noun, which some languages inflect. */
const BLANK = /\{(\w+)(?::(bytes|time|name))?\}(?: <([^|>]+)\|([^>]+)>)?/g;

/**
 * Names that fill words are somebody else's: what would move the cursor or turn the direction of writing is left out; colours are
 * our own.
 */
const visible = (text: string): string => text.replace(INVISIBLE, '');
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  /\x1b(?!\[[\d;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A name without a value stays visible: better odd than silently empty. */
function fill(text: string, values: Values, lang: Lang): string {
  return text.replace(BLANK, (whole, name: string, unit?: string, one?: string, many?: string) => {
    if (!Object.hasOwn(values, name)) return whole;
    const value = values[name] as Value;
    if (one !== undefined) return `${value} ${Number(value) === 1 ? one : many}`;
    if (unit === 'bytes') return bytes(Number(value));
    if (unit === 'time') return duration(Number(value), lang);
    if (unit === 'name') return nameOf(words(lang), value);
    return visible(String(value));
  });
}

/** A name as a person reads it: one word where there is none, for an empty one looks like a mistake of ours. */
export const nameOf = (say: Say, name: Value | null): string => {
  const text = String(name ?? '').trim();
  return text === '' || text === UNNAMED ? say('name.none') : text;
};
