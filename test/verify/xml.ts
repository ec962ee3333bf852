export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

const TOKEN = /<(\/)?([a-zA-Z]+)((?:\s+[a-zA-Z]+="[^"<]*")*)\s*(\/)?>|[^<>]+/y;
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };

const NO_XML =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these no XML 1.0 document may hold
  /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Reads back the part of XML that we write; anything that is not well formed throws. */
export function parseXml(text: string): Element {
  if (NO_XML.test(text)) throw new Error('a character that XML cannot hold');
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!text.startsWith(head)) throw new Error('no declaration');
  const document: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [document];
  TOKEN.lastIndex = head.length;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text);
    const parent = open.at(-1) as Element;
    if (!token) throw new Error(`not well formed: ${text.slice(at, at + 80)}`);
    const [whole, closes, name, attributes = '', empty] = token;
    if (name === undefined) parent.text += unescaped(whole);
    else if (closes) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      const element: Element = { name, attributes: {}, children: [], text: '' };
      for (const [, key = '', value = ''] of attributes.matchAll(/([a-zA-Z]+)="([^"]*)"/g)) {
        if (key in element.attributes) throw new Error(`${key} twice`);
        element.attributes[key] = unescaped(value);
      }
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [root, ...more] = document.children;
  if (open.length > 1 || !root || more.length > 0 || document.text.trim() !== '')
    throw new Error('not one element that ends');
  return root;
}

function unescaped(text: string): string {
  if (text.includes(']]>') || /&(?!(amp|lt|gt|quot);)/.test(text)) throw new Error(`not escaped: ${text}`);
  return text.replace(/&(\w+);/g, (_, name: string) => NAMED[name] as string);
}

export const all = (element: Element, name: string): Element[] => [
  ...(element.name === name ? [element] : []),
  ...element.children.flatMap((c) => all(c, name)),
];
