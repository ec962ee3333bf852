import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const copy = mkdtempSync(join(tmpdir(), 'workshop-walls-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Imports that must be refused, of every kind: a value, a type, a re-export, a later import, a side effect, a package. */
const FORBIDDEN: [file: string, line: string, refused: string][] = [
  ['runner/evidence/fold.ts', "import type { Ui } from '../session/ui.ts';", 'runner/session/ui.ts'],
  ['runner/evidence/lives.ts', "import '../interrupts.ts';", 'runner/interrupts.ts'],
  ['runner/evidence/site.ts', "import 'node:fs';", 'fs'],
  ['runner/evidence/match.ts', "import 'zod';", 'zod'],
  ['runner/words/index.ts', "export * from '../terminal/style.ts';", 'runner/terminal/style.ts'],
  ['runner/errors.ts', "export const late = import('./commands/up.ts');", 'runner/commands/up.ts'],
  ['runner/model/place.ts', "import '../exec.ts';", 'runner/exec.ts'],
  ['runner/exec.ts', "import './journal/lock.ts';", 'runner/journal/lock.ts'],
  ['runner/install/release.ts', "import '../tools/index.ts';", 'runner/tools/index.ts'],
  ['runner/tools/index.ts', "import '../environments/index.ts';", 'runner/environments/index.ts'],
  ['runner/tools/bcc/index.ts', "import '../../lesson/load.ts';", 'runner/lesson/load.ts'],
  ['runner/environments/index.ts', "import '../lesson/load.ts';", 'runner/lesson/load.ts'],
  ['runner/environments/host/start.ts', "import '../../terminal/style.ts';", 'runner/terminal/style.ts'],
  ['runner/tools/bcc/index.ts', "import '../gadget/read.ts';", 'runner/tools/gadget/read.ts'],
  ['runner/tools/text/lines.ts', "import '../bcc/frames.ts';", 'runner/tools/bcc/frames.ts'],
  ['runner/environments/cluster/plan.ts', "import '../kind/record.ts';", 'runner/environments/kind/record.ts'],
  [
    'runner/environments/kube/pods.ts',
    "import type {} from '../host/record.ts';",
    'runner/environments/host/record.ts',
  ],
  ['runner/environments/local/place.ts', "import '../kind/settings.ts';", 'runner/environments/kind/settings.ts'],
  ['runner/lesson/load.ts', "import '../journal/events.ts';", 'runner/journal/events.ts'],
  ['lessons/04-pairing/steps.ts', "import '../../runner/lesson/define.ts';", 'runner/lesson/define.ts'],
  ['lessons/03-bpftrace-calls/steps.ts', "import 'node:fs';", 'fs'],
  ['runner/journal/events.ts', "import '../session/ui.ts';", 'runner/session/ui.ts'],
  ['runner/session/ui.ts', "import '../terminal/style.ts';", 'runner/terminal/style.ts'],
  ['runner/session/walk.ts', "import '../environments/index.ts';", 'runner/environments/index.ts'],
  ['runner/terminal/style.ts', "import '../tools/index.ts';", 'runner/tools/index.ts'],
  ['runner/verify/plan.ts', "import '../terminal/style.ts';", 'runner/terminal/style.ts'],
  ['runner/verify/judge.ts', "import '../commands/up.ts';", 'runner/commands/up.ts'],
  ['runner/cli/select.ts', "import '../commands/up.ts';", 'runner/commands/up.ts'],
  ['schemas/check.ts', "import '../runner/exec.ts';", 'runner/exec.ts'],
  ['bin/bootstrap/child.mjs', "import '../../runner/exec.ts';", 'runner/exec.ts'],
  ['scripts/build.mjs', "import '../bin/bootstrap/child.mjs';", 'bin/bootstrap/child.mjs'],
  ['bench/startup.ts', "import '../test/house/check.test.ts';", 'test/house/check.test.ts'],
];

/** A circle of types alone. */
const CIRCLE = ['runner/model/place.ts', "import type { Lab } from './lab.ts';"] as const;

test('imports that the table does not allow are refused, each of them', { timeout: 240_000 }, () => {
  const tracked = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.ts', '*.mjs', '*.json'],
    { cwd: root, encoding: 'utf8' },
  );
  for (const file of tracked.split('\0').filter(Boolean)) {
    if (!existsSync(join(root, file))) continue; // deleted, and git does not know yet
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const cruise = () => {
    const folders = ['runner', 'lessons', 'bench', 'bin', 'scripts', 'schemas', 'test'];
    const { stdout } = spawnSync(
      'node_modules/.bin/depcruise',
      ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...folders],
      {
        cwd: copy,
        encoding: 'utf8',
        maxBuffer: 1e8,
      },
    );
    return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
  };
  expect(cruise(), 'as it is').toEqual([]);

  for (const [file, line] of [...FORBIDDEN, CIRCLE]) appendFileSync(join(copy, file), `\n${line}\n`);
  writeFileSync(join(copy, 'runner/stray.ts'), "export * from './paths.ts';\n");
  const violations = cruise();
  const refused = violations.filter((v) => v.rule.name !== 'circle').map((v) => `${v.from} → ${v.to}`);
  for (const [file, , to] of [...FORBIDDEN, ['runner/stray.ts', '', 'runner/paths.ts']] as const) {
    expect(
      refused.some((r) => r.startsWith(`${file} → `) && r.includes(to)),
      `${file} → ${to}`,
    ).toBe(true);
  }
  const pair = [CIRCLE[0], 'runner/model/lab.ts'];
  expect(violations.some((v) => v.rule.name === 'circle' && pair.includes(v.from) && pair.includes(v.to))).toBe(true);
});

test('CONTRIBUTING shows the table that is enforced', async () => {
  const { table } = (await import(pathToFileURL(`${root}scripts/walls.mjs`).href)) as { table(): string };
  expect(readFileSync(`${root}CONTRIBUTING.md`, 'utf8')).toContain(table());
});

interface Violation {
  from: string;
  to: string;
  rule: { name: string };
}
