import { type DocumentName, type Documents, documents } from '../../schemas/index.ts';

/** What `--json` printed, held against the schema that it names itself by. */
export function documentIn(out: string): Documents[DocumentName] {
  const document = JSON.parse(out) as { schema?: string };
  const [, name = ''] = /^ebpf-workshop\/([a-z]+)\/1$/.exec(document.schema ?? '') ?? [];
  if (!Object.hasOwn(documents, name)) throw new Error(`no such document: ${document.schema}`);
  return documents[name as DocumentName].parse(document);
}

/** The same of a known kind. */
export const parsed = <Name extends DocumentName>(name: Name, out: string): Documents[Name] =>
  documents[name].parse(JSON.parse(out)) as Documents[Name];
