import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { monitoring, program, run } from './programs.ts';
import {
  blind,
  EVERY,
  exporterDies,
  LEAKS,
  leak,
  leakEnded,
  type Story,
  series,
  silent,
  untouched,
} from './stories.ts';

const rules = readFileSync(join(monitoring, 'prometheus/rules/memleak.yml'), 'utf8');
const dir = mkdtempSync(join(tmpdir(), 'workshop-rules-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let made = 0;

/** The alerts that fired at some time between two seconds of a story, under the rules or what a mutant made of them. */
async function fired(story: Story, text = rules, from = 0, to = story.lasts): Promise<string[]> {
  const expr = `count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[${Math.max(to - from, 1)}s]))`;
  const printed = await tested(story, text, {
    // Nothing has this sample: promtool prints what there is.
    promql_expr_test: [{ expr, eval_time: `${to}s`, exp_samples: [{ labels: '{alertname="?"}', value: 1 }] }],
  });
  expect(printed).toContain('exp: {alertname="?"}');
  const got = printed.slice(printed.indexOf('got:'));
  return [...got.matchAll(/alertname="(\w+)"/g)].map(([, name]) => name as string).sort();
}

/** What promtool says of a story; 'SUCCESS' alone where all is as expected. */
async function tested(story: Story, text: string, expected: object): Promise<string> {
  const name = join(dir, `${made++}`);
  mkdirSync(name);
  writeFileSync(join(name, 'rules.yml'), text);
  writeFileSync(
    join(name, 'test.yml'),
    stringify(
      {
        rule_files: ['rules.yml'],
        evaluation_interval: `${EVERY}s`,
        tests: [{ interval: `${EVERY}s`, input_series: series(story), ...expected }],
      },
      { lineWidth: 0 },
    ),
  );
  return (await run([program('promtool'), 'test', 'rules', 'test.yml'], name)).text;
}

/** The rules with one part of them changed, which must be there to change. */
function mutant(from: string | RegExp, to: string): string {
  const changed = rules.replace(from, to);
  expect(changed).not.toBe(rules);
  return changed;
}

describe('Prometheus takes', () => {
  it.each(['prometheus/prometheus.yml', 'prometheus/host.yml'])('%s and its rules', async (file) => {
    const { code, text } = await run([program('promtool'), 'check', 'config', file]);
    expect(text).toContain('SUCCESS: ');
    expect(code).toBe(0);
  });
  it('and says no to a rule that is none', async () => {
    mkdirSync(join(dir, 'bad/rules'), { recursive: true });
    copyFileSync(join(monitoring, 'prometheus/host.yml'), join(dir, 'bad/host.yml'));
    writeFileSync(join(dir, 'bad/rules/memleak.yml'), mutant('deriv(', 'derive('));
    expect((await run([program('promtool'), 'check', 'config', 'host.yml'], join(dir, 'bad'))).code).not.toBe(0);
  });
  it('both files alike, but for where others are found', () => {
    const [cluster, host] = ['prometheus.yml', 'host.yml'].map((name) => {
      const { alerting, scrape_configs, ...rest } = parse(readFileSync(join(monitoring, 'prometheus', name), 'utf8'));
      const [{ dns_sd_configs, file_sd_configs, ...job }, ...more] = scrape_configs;
      return { rest, job, more, found: [dns_sd_configs, file_sd_configs], alerting };
    });
    expect(cluster?.rest).toEqual(host?.rest);
    expect(cluster?.job).toEqual(host?.job);
    expect(cluster?.more).toEqual([]);
    expect(cluster?.found).not.toEqual(host?.found);
  });
});

describe('a leak', () => {
  const labels = {
    job: 'memleak',
    instance: 'leaker-1:9465',
    namespace: 'shop',
    pod: 'leaker-1',
    container: 'app',
    function: LEAKS,
  };
  const sentence = `leak 25 KB/s ± 3 in ${LEAKS}, limit in 41 min`;
  const annotations = {
    summary: sentence,
    rate: '25 KB/s ± 3',
    limit: '41 min',
    runbook_url: 'k8s/monitoring/runbook/en.md#memory-leak',
  };
  const expecting = (alert: string, severity: string) => ({
    eval_time: '4m',
    alertname: alert,
    exp_alerts: [{ exp_labels: { ...labels, severity }, exp_annotations: annotations }],
  });
  it('fires within four minutes, and says how fast, where, and how long there is', async () => {
    const told = await tested(leak, rules, {
      alert_rule_test: [expecting('MemoryLeak', 'warning'), expecting('MemoryLeakNearLimit', 'critical')],
    });
    expect(told).toContain('SUCCESS');
    expect(told).not.toContain('FAILED');
  });
  it('does not, where that sentence would be another', async () => {
    const told = await tested(leak, mutant('{{ $unit := "KB/s" }}', '{{ $unit := "kB" }}'), {
      alert_rule_test: [expecting('MemoryLeak', 'warning')],
    });
    expect(told).toContain('FAILED');
  });
  it.each([
    [250, 'leak 250 B/s ± 30 in '],
    [2_500_000, 'leak 2.5 MB/s ± 0.3 in '],
  ])('of %i B/s has a unit of its own', async (rate, says) => {
    const faster: Story = {
      lasts: 600,
      services: leak.services.map((one) => ({
        ...one,
        sites: { [LEAKS]: { ...one.sites[LEAKS]!, rate } },
        limit: 1e12,
      })),
    };
    const told = await tested(faster, rules, {
      alert_rule_test: [{ eval_time: '5m', alertname: 'MemoryLeak', exp_alerts: [] }],
    });
    expect(told).toContain(says);
  });
  it('whose memory is never touched is near no limit', async () => {
    expect(await fired(untouched)).toEqual(['MemoryLeak']);
    expect(await fired(untouched, mutant(/ +and memleak:resident_in_an_hour.*\n/, ''))).toContain(
      'MemoryLeakNearLimit',
    );
  });
  it('that ended is over half an hour later, though its blocks are still there', async () => {
    expect(await fired(leakEnded, rules, 2400, 7200)).toEqual([]);
    expect(await fired(leakEnded, mutant(/ +and \(memleak:retained.*\n/, ''), 2400, 7200)).toContain('MemoryLeak');
  });
  it('is no all-clear because the exporter died: it goes on until its absence is an alert', async () => {
    // The exporter dies at 600 s, and is said to be down from 720 s on.
    expect(await fired(exporterDies, rules, 615, 700)).toContain('MemoryLeak');
    expect(await fired(exporterDies, rules, 740, 840)).toEqual([
      'MemleakExporterDown',
      'MemoryLeak',
      'MemoryLeakNearLimit',
    ]);
    expect(await fired(exporterDies, mutant(/ +keep_firing_for: 5m\n/g, ''), 630, 700)).toEqual([]);
  });
});

describe('silent', () => {
  const TOLD = 'MemoryLeak';
  const slope = mutant(
    'expr: memleak:leak:bytes_per_second\n        for: 2m',
    'expr: memleak:resident_slope:bytes_per_second > 0\n        for: 2m',
  );
  describe.each(Object.entries(silent))('%s', (_, story) => {
    it('is', async () => {
      expect(await fired(story)).toEqual([]);
    });
    it('would not be, if the slope alone were asked', async () => {
      expect(await fired(story, slope)).toContain(TOLD);
    });
  });
  it.each([
    ['if what grows were a leak', '== 2)', '>= 1)', ['a cache that fills', 'a nightly job', 'a bounded sawtooth']],
    [
      'if an accusation had not to last',
      'for: 2m\n        # A',
      'for: 0s\n        # A',
      ['a cache that fills', 'a deploy', 'a restart', 'a nightly job', 'a bounded sawtooth'],
    ],
    [
      'if the verdict were not asked',
      /\(memleak_retained_bytes_per_second\{job="memleak"\} and .*\)\n +and \(.*\)/,
      'memleak:retained:bytes_per_second > 0',
      ['a cache that fills', 'a deploy', 'a restart', 'a nightly job', 'a scale-out', 'a bounded sawtooth'],
    ],
  ])('%s, these would be alarms', async (_, from, to, whom) => {
    for (const name of whom) expect(await fired(silent[name]!, mutant(from, to)), name).toContain(TOLD);
  });
  it('a limit that a cache seems to head for, unless the verdict were not asked', async () => {
    const cache = silent['a cache that fills']!;
    const text = mutant(
      /expr: \|\n +memleak:leak:bytes_per_second\n +and on/,
      'expr: |\n          memleak:retained:bytes_per_second\n            and on',
    );
    expect(await fired(cache, text)).toContain('MemoryLeakNearLimit');
  });
  it('an exporter that comes again, unless its absence had not to last', async () => {
    const hasty = rules.replace(/(expr: up\{job="memleak"\} == 0\n +for: )2m/, '$10s');
    expect(await fired(silent['a scale-out']!, hasty)).toEqual(['MemleakExporterDown']);
  });
});

describe('nobody looking is an alert of its own', () => {
  it('when no exporter is a target', async () => {
    expect(await fired({ lasts: 600, services: [] })).toEqual(['MemleakExporterAbsent']);
  });
  it('when one does not answer', async () => {
    expect(await fired(exporterDies, rules, 900, 1500)).toContain('MemleakExporterDown');
    expect(await fired(leak)).not.toContain('MemleakExporterDown');
  });
  it('when the tracer lost its process, which is no exporter’s fault', async () => {
    expect(await fired(blind)).toEqual(['MemleakBlind']);
  });
});
