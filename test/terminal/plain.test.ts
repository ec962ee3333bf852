import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { plainUi } from '../../runner/terminal/plain.ts';
import { screen } from './screen.ts';

const CHOICES = [
  { key: 'n', label: 'begin' },
  { key: 'h', label: 'hint', hint: 'a nudge' },
  { key: 'q', label: 'quit' },
];

/** A session whose input holds these lines; it ends after them unless told to stay open. */
function talking(
  text: string,
  {
    lang = 'en' as 'en' | 'ko',
    open = false,
    signal,
  }: { lang?: 'en' | 'ko'; open?: boolean; signal?: AbortSignal } = {},
) {
  const input = new PassThrough();
  input.write(text);
  if (!open) input.end();
  const out = screen();
  return { ui: plainUi(lang, { input, out } as never, signal), out, input };
}

describe('a choice', () => {
  it('is numbered, and says its letter', async () => {
    const { ui, out } = talking('1\n');
    expect(await ui.choose('Ready?', CHOICES)).toBe('n');
    expect(out.text()).toBe('Ready?\n  1. begin [n]\n  2. hint (a nudge) [h]\n  3. quit [q]\nYour choice (1–3): ');
  });
  it.each([
    ['3', 'q'],
    [' 2 ', 'h'],
    ['q', 'q'],
    ['H', 'h'],
  ])('by %j is %s', async (typed, key) => {
    expect(await talking(`${typed}\n`).ui.choose('?', CHOICES)).toBe(key);
  });
  it.each(['0', '4', '-1', '1.5', 'x', '', 'constructor', '\x1b[31m', 'z'.repeat(500)])(
    'is asked for again after %j',
    async (typed) => {
      const { ui, out } = talking(`${typed}\n2\n`);
      expect(await ui.choose('?', CHOICES)).toBe('h');
      expect(out.text()).toMatch(/is none of them: a number from 1 to\s+3/);
      expect(out.text().length).toBeLessThan(400);
    },
  );
  it('in Korean is one as well', async () => {
    const { ui, out } = talking('9\n1\n', { lang: 'ko' });
    expect(await ui.choose('시작할까요?', CHOICES)).toBe('n');
    expect(out.text()).toMatch(/선택 \(1–3\):/);
    expect(out.text()).toMatch(/“9”: 목록에 없습니다/);
  });
  it('is none at the end of input, nor once it was interrupted', async () => {
    expect(await talking('').ui.choose('?', CHOICES)).toBeNull();
    const abort = new AbortController();
    const { ui } = talking('', { open: true, signal: abort.signal });
    const choice = ui.choose('?', CHOICES);
    abort.abort();
    expect(await choice).toBeNull();
    expect(await ui.choose('?', CHOICES)).toBeNull();
  });
});

describe('lines', () => {
  it('typed ahead answer one question after the other', async () => {
    const { ui } = talking('1\nmalloc\nh\n');
    expect(await ui.choose('?', CHOICES)).toBe('n');
    expect(await ui.line('Your answer:')).toBe('malloc');
    expect(await ui.choose('?', CHOICES)).toBe('h');
    expect(await ui.line('Your answer:')).toBeNull();
  });
  it('left empty take what stands there', async () => {
    const { ui, out } = talking('\n\nother\n');
    expect(await ui.line('Edit', 'sudo bpftrace')).toBe('sudo bpftrace');
    expect(await ui.line('Edit')).toBe('');
    expect(await ui.line('Edit', 'sudo bpftrace')).toBe('other');
    expect(out.text()).toContain('Enter alone takes: sudo bpftrace\n');
  });
  it('leave the input alone between questions, for an editor or sudo', async () => {
    const { ui, input } = talking('1\n', { open: true });
    await ui.choose('?', CHOICES);
    expect(input.isPaused()).toBe(true);
  });
});

describe('a block', () => {
  it('ends with a dot of its own', async () => {
    const { ui } = talking('one\n\n..\n. \ntwo\n.\n1\n');
    expect(await ui.block('Paste')).toBe('one\n\n..\n. \ntwo');
    expect(await ui.choose('?', CHOICES)).toBe('n');
  });
  it('ends with the input, too; of nothing it is what stood there, or none', async () => {
    expect(await talking('one\ntwo').ui.block('Paste')).toBe('one\ntwo');
    expect(await talking('').ui.block('Paste')).toBeNull();
    expect(await talking('.\n').ui.block('Paste', 'as it was')).toBe('as it was');
    expect(await talking('.\n').ui.block('Paste')).toBe('');
  });
});
