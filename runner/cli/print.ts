import type { DocumentName, Documents } from '../../schemas/index.ts';

/** Prints the one document of `--json`, as its schema has it; the compiler holds it to that, and tests do. */
export function printJson<Name extends DocumentName>(name: Name, document: Omit<Documents[Name], 'schema'>): void {
  process.stdout.write(`${JSON.stringify({ schema: `ebpf-workshop/${name}/1`, ...document }, null, 2)}\n`);
}
