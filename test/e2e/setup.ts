import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One cache for all files, so that the workload is compiled once; everything else is each test's own. */
export default function setup(): () => void {
  const cache = mkdtempSync(join(tmpdir(), 'workshop-cache-'));
  process.env.WORKSHOP_TEST_CACHE = cache;
  return () => rmSync(cache, { recursive: true, force: true });
}
