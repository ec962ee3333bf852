// The C and BPF sources as clang-format would write them, by the style in .clang-format. The formatter comes from npm and
// not from a distribution, since its releases differ over what a line is.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from '@wasm-fmt/clang-format';

/**
 * The files, of those given as paths below `root`, that are not formatted; with `write` they are made so.
 * @param {string} root
 * @param {readonly string[]} files
 * @param {{ write: boolean }} options
 * @returns {string[]}
 */
export function unformatted(root, files, { write }) {
  const style = readFileSync(join(root, '.clang-format'), 'utf8');
  return files.filter((file) => {
    const path = join(root, file);
    const before = readFileSync(path, 'utf8');
    const after = format(before, file, style);
    if (after !== before && write) writeFileSync(path, after);
    return after !== before;
  });
}
