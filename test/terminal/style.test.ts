import { describe, expect, it } from 'vitest';
import { styleFor } from '../../runner/terminal/style.ts';
import { bare } from './screen.ts';

const terminal = { isTTY: true };
const paints = (style: ReturnType<typeof styleFor>) =>
  (['good', 'bad', 'dim', 'strong', 'accent'] as const).map((name) => style[name]('x'));
const none = ['x', 'x', 'x', 'x', 'x'];

describe('a style', () => {
  it('paints on a terminal, each thing otherwise', () => {
    const painted = paints(styleFor(terminal, { TERM: 'xterm-256color' }));
    expect(new Set(painted).size).toBe(5);
    for (const text of painted) expect([bare(text), text.split('\x1b[').length]).toEqual(['x', 3]);
  });

  it.each<[string, { isTTY?: boolean }, NodeJS.ProcessEnv, { plain: boolean; accessible: boolean }]>([
    ['no terminal', {}, { TERM: 'xterm' }, { plain: false, accessible: false }],
    ['NO_COLOR', terminal, { TERM: 'xterm', NO_COLOR: '1' }, { plain: false, accessible: false }],
    ['NO_COLOR=0, which is set too', terminal, { TERM: 'xterm', NO_COLOR: '0' }, { plain: false, accessible: false }],
    ['TERM=dumb', terminal, { TERM: 'dumb' }, { plain: true, accessible: false }],
    ['ACCESSIBLE', terminal, { TERM: 'xterm', ACCESSIBLE: '1' }, { plain: true, accessible: true }],
    ['ACCESSIBLE=yes', terminal, { ACCESSIBLE: 'yes' }, { plain: true, accessible: true }],
  ])('paints nothing with %s', (_, stream, env, looks) => {
    const style = styleFor(stream, env);
    expect(paints(style)).toEqual(none);
    expect(style).toMatchObject(looks);
  });

  it.each<[string, NodeJS.ProcessEnv]>([
    ['NO_COLOR is empty', { NO_COLOR: '' }],
    ['ACCESSIBLE is empty', { ACCESSIBLE: '' }],
    ['ACCESSIBLE is 0', { ACCESSIBLE: '0' }],
  ])('paints all the same where %s', (_, env) => {
    const style = styleFor(terminal, { TERM: 'xterm', ...env });
    expect(paints(style)).not.toEqual(none);
    expect(style.plain).toBe(false);
  });
});
