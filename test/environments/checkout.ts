import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const NAME = 'stealth-leaker';
const real = join(import.meta.dirname, '../../workloads', NAME, 'workload.yaml');

/** A checkout with one workload. Imported before anything under runner/: paths.ts asks once where the checkout is. */
const root = mkdtempSync(join(tmpdir(), 'workshop-workload-'));
process.env.WORKSHOP_ROOT = root;
mkdirSync(join(root, 'workloads', NAME), { recursive: true });
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The ground truth that is shipped, with each `from` made `to`; throws where there is no `from`. */
export function put(...changes: [from: string, to: string][]): void {
  let text = readFileSync(real, 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`no ${from} in ${real}`);
    text = text.replace(from, to);
  }
  writeFileSync(join(root, 'workloads', NAME, 'workload.yaml'), text);
}
