// What rules and panels ask for is what the exporter serves, or what a rule records.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { METRICS } from '../../../runner/monitor/exporter/metrics.ts';
import { dashboard } from '../../../scripts/dashboard.mjs';
import { monitoring } from './programs.ts';

const rules = readdirSync(join(monitoring, 'prometheus/rules')).map((file) =>
  readFileSync(join(monitoring, 'prometheus/rules', file), 'utf8'),
);
const recorded = rules.flatMap((text) =>
  (parse(text) as { groups: { rules: { record?: string }[] }[] }).groups.flatMap(({ rules: all }) =>
    all.flatMap(({ record }) => (record === undefined ? [] : [record])),
  ),
);
/** Names of series in a text of PromQL, as ours are named. */
const namesIn = (text: string) => [...new Set(text.match(/\b(?:memleak|process)(?:_[a-z]+)+\b|\bmemleak(?::\w+)+/g))];

it.each([
  ['the rules', rules.map((text) => text.replace(/^\s*#.*$/gm, '')).join('\n')],
  ['the dashboards', JSON.stringify(dashboard('en')) + JSON.stringify(dashboard('ko'))],
])('%s ask for nothing else', (_, text) => {
  const known = [...METRICS, ...recorded];
  const asked = namesIn(text);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((name) => !known.includes(name))).toEqual([]);
});
