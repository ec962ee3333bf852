import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { judge } from '../../runner/evidence/verdict.ts';
import { words } from '../../runner/words/index.ts';
import { leakReport } from '../../runner/terminal/report.ts';
import { run } from './screen.ts';

const process = { pid: 12345, comm: 'stealth-leaker' };
const report = (evidence: ReturnType<typeof run>, lang: 'ko' | 'en' = 'en', looks = {}) =>
  leakReport(words(lang), judge(evidence), process, looks).join('\n');

describe('the leak report', () => {
  it('has the guide’s form', () => {
    expect(report(run(150), 'en', { columns: 200 })).toBe(`Memory leak detected
  PID                   12345 (stealth-leaker)
  Unfreed allocations   150
  Total unfreed memory  157286400 bytes (150 MiB)
  Most common size      1048576 bytes (1 MiB)
  Period                8.0 s (±0.0)
  Leaks                 128 KiB/s ± 2
  Stack                 memory_leak_thread+0x45 ← start_thread+0x87
  Why                   ✓ of 150 blocks none came back; 149 are older than 100 ms (needed: 10)
                        ✓ they were born in 5 of 5 equal parts of the time since the first of them (needed: 3, and the last)
                        ✓ three of them have been kept for 20 min or longer (needed: 30.0 s)
                        ✓ hardly a block came back here, so nobody knows how long they are needed: the oldest has been kept for 20 min (needed: 50.0 s)`);
  });

  it('in Korean has the same numbers, its columns as wide', () => {
    const text = report(run(150), 'ko', { columns: 200 });
    for (const piece of [
      '메모리 누수 발견',
      '12345 (stealth-leaker)',
      ' 150\n',
      '157286400 bytes (150 MiB)',
      '1048576 bytes (1 MiB)',
      'memory_leak_thread+0x45 ← start_thread+0x87',
    ])
      expect(text).toContain(piece);
    const rows = text.split('\n').slice(1, 8);
    const columns = rows.map((row) => stringWidth(/^ {2}\S.*? {2,}(?=\S)/.exec(row)?.[0] ?? ''));
    expect(new Set(columns).size).toBe(1);
  });

  it.each([[50], [60], [80]])('of %i columns wraps under its own text', (columns) => {
    for (const lang of ['ko', 'en'] as const) {
      const lines = report(run(150), lang, { columns }).split('\n');
      for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(columns);
      expect(lines.length).toBeGreaterThan(11);
    }
  });

  it('in plain words has no marks', () => {
    const text = report(run(150), 'en', { plain: true });
    expect(text.match(/\[PASS\]/g)).toHaveLength(4);
    expect(text).not.toMatch(/[✓✗]/);
  });

  it('of a healthy service says what leak it would not have seen', () => {
    const text = report(run(60, 3)).replaceAll(/\s+/g, ' ');
    expect(text).toMatch(/^No leak seen /);
    expect(text).toMatch(/What leaks less than \d+ bytes \([\d.]+ KiB\) a second would not have shown in this run\./);
    expect(text).toContain('✗');
  });

  it('of a short run says how much longer would settle it', () => {
    const text = report(run(6)).replaceAll(/\s+/g, ' ');
    expect(text).toMatch(/^Growing, unproven /);
    expect(text).toMatch(/About \d+\.\d s more would settle it\./);
  });

  it('of nothing is short', () => {
    expect(report([])).toBe('No leak seen\n  PID  12345 (stealth-leaker)');
  });

  it('of frames without symbols says that they have no name', () => {
    expect(
      report(
        run(150, 150, [
          { symbol: null, offset: null },
          { symbol: 'main', offset: null },
        ]),
      ),
    ).toContain('(no name) ← main');
  });
});
