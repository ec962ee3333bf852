import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import xterm from '@xterm/headless';
import { expect, it } from 'vitest';
import type { LabSpec } from '../../runner/model/lab.ts';
import { parse } from 'yaml';
import { loadLesson } from '../../runner/lesson/load.ts';
import type { Surroundings } from '../../runner/session/surroundings.ts';
import { walk } from '../../runner/session/walk.ts';
import { clackUi } from '../../runner/terminal/clack.ts';
import { tools } from '../../runner/tools/index.ts';
import { words } from '../../runner/words/index.ts';
import '../journal/state.ts';
import { truth } from '../lessons/judging.ts';
import { FakeEnvironment, FakeLab } from '../session/fakes.ts';
import { terminal } from './keys.ts';

const OUTPUT = join(import.meta.dirname, '../fixtures/output/bpftrace');
const LABELS = parse(readFileSync(join(OUTPUT, 'LABELS.yaml'), 'utf8')) as Record<string, { pid: number }>;

/** A lab whose every command prints what bpftrace once printed. */
class Recorded extends FakeEnvironment {
  recording: string;
  constructor(recording: string) {
    super();
    this.recording = recording;
  }
  override async up(spec: LabSpec) {
    const lab = new FakeLab(LABELS[this.recording]?.pid, spec);
    lab.truth = truth;
    lab.next = { prints: readFileSync(join(OUTPUT, this.recording), 'utf8') };
    this.started.push(lab);
    return lab;
  }
}

it.each(
  (['en', 'ko'] as const).flatMap((lang) =>
    (['0.17.0', '0.23.2', '0.27.1'] as const).flatMap((version) => [
      { lang, version, cols: 80, rows: 24 },
      { lang, version, cols: 100, rows: 32 },
    ]),
  ),
)(
  'in $lang on $cols × $rows a run of bpftrace $version leaves plot and verdict above the keys, and w shows all',
  async (at) => {
    const say = words(at.lang);
    const emulator = new xterm.Terminal({ cols: at.cols, rows: at.rows, scrollback: 5000, allowProposedApi: true });
    const t = terminal(at.rows);
    Object.assign(t.streams.output, { columns: at.cols });
    const ui = clackUi(at.lang, { input: t.streams.input, out: t.streams.output });
    const environment = new Recorded(`${at.version}/outstanding-leaker.txt`);
    const walking = walk(await loadLesson('04-pairing'), 0, {
      ui,
      environment,
      tools,
      pace: 'fast',
      signal: new AbortController().signal,
      edit: async () => false,
      lessons: async () => null,
      shell: async () => {},
      speak: async (lang) => ui.speak(lang),
      ready: async () => {},
    } satisfies Surroundings);
    const drawn = async () => {
      emulator.reset();
      await new Promise<void>((resolve) => emulator.write(t.bytes().replaceAll(/(?<!\r)\n/g, '\r\n'), resolve));
      const { active } = emulator.buffer;
      const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)?.translateToString(true) ?? '');
      return { all: lines.join('\n').trimEnd(), window: lines.slice(active.baseY).join('\n').trimEnd() };
    };
    /** Turns pages until this is asked. */
    const until = async (asked: string) => {
      for (let i = 0; i < 100; i++) {
        await t.press('');
        const { all } = await drawn();
        // A narrow screen breaks the line of keys.
        const last = all.split('\n').slice(-2).join('\n');
        if (last.includes(asked)) return;
        if (/space: next|스페이스: 다음/.test(last)) await t.press(' ');
      }
      throw new Error(`never asked: ${asked}\n${(await drawn()).all.slice(-3000)}`);
    };
    await until(say('lesson.begin'));
    await t.press('n');
    await until(say('step.what-now'));
    await t.press('r');
    await until(say('step.passed'));
    const { window, all } = await drawn();
    const folded = say('output.harmless', { lines: 0 })
      .replace(/.*?\d+/, '')
      .trim()
      .split(' ')
      .slice(0, 3)
      .join(' ');
    expect(all).toContain(folded);
    expect(window).toMatch(/│ *[▁▂▃▄▅▆▇█]+[\s\S]*└─/);
    for (const words of [say('report.leak'), say('outcome.pass'), say('step.passed')]) expect(window).toContain(words);
    expect(all).not.toMatch(/RLIMIT_MEMLOCK|failed to detach/);
    await t.press('w');
    await until(say('step.passed'));
    expect((await drawn()).all).toMatch(/RLIMIT_MEMLOCK/);
    await t.press('q');
    expect(await walking).toBe('quit');
  },
);
