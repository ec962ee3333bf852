// Texts with blanks, as types: `{n}` is filled, `{size:bytes}` and `{ms:time}` are formatted.

type Book = Readonly<Record<string, string>>;

/** The blanks of a text as they are written: `n`, `size:bytes`. */
export type BlanksIn<Text> = Text extends `${string}{${infer Blank}}${infer Rest}` ? Blank | BlanksIn<Rest> : never;

export type BlanksOf<B extends Book> = { [Key in keyof B]: BlanksIn<B[Key]> };

/** A text that has each of these blanks. */
type Having<Blank extends string> = (
  Blank extends string
    ? (text: `${string}{${Blank}}${string}`) => void
    : never
) extends (text: infer Text) => void
  ? Text & string
  : never;

/** Texts under these keys that have each of the blanks there. */
export type Texts<Blanks extends Book> = { readonly [Key in keyof Blanks]: Having<Blanks[Key]> };

/** The same keys, and no blank forgotten. */
export type Translation<B extends Book> = Texts<BlanksOf<B>>;

/** A book that has no other blanks than those: the half that a pattern of text can't tell. */
export type Only<B extends Book, Blanks extends { [Key in keyof B]?: string }> = {
  readonly [Key in keyof B]: [Exclude<BlanksIn<B[Key]>, Blanks[Key]>] extends [never]
    ? string
    : `without {${Exclude<BlanksIn<B[Key]>, Blanks[Key]>}}`;
};
