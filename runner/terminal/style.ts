import { styleText } from 'node:util';
import type { Style } from '../session/ui.ts';

export function styleFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Style {
  const accessible = !['', '0', undefined].includes(env.ACCESSIBLE);
  const color = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb' && !accessible;
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    color ? styleText(format, text, { validateStream: false } as never) : text;
  return {
    plain: accessible || env.TERM === 'dumb',
    accessible,
    good: paint('green'),
    bad: paint('red'),
    dim: paint('dim'),
    strong: paint('bold'),
    accent: paint('cyan'),
  };
}
