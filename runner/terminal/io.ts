/** What a question is asked on, and what ends it. */
export interface Io {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
  signal: AbortSignal;
}
