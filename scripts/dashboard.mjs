#!/usr/bin/env node
// @ts-check
// Writes Grafana's dashboards into k8s/monitoring/grafana/dashboards, one a language, by Grafana's own types: node scripts/dashboard.mjs
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GraphDrawStyle, VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import * as common from '@grafana/grafana-foundation-sdk/common';
import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  MappingType,
  QueryVariableBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Timeline } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as Series } from '@grafana/grafana-foundation-sdk/timeseries';

/** As provisioning/datasources names it. */
const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };
const OF = 'job="memleak",namespace=~"$namespace",pod=~"$pod"';
const RATE = '[$__rate_interval]';

const WORDS = {
  en: {
    title: 'Memory leaks',
    description: 'What processes hold, which of their functions goes on keeping memory, and what the tracer concludes.',
    namespace: 'Namespace',
    pod: 'Pod',
    all: 'All',
    verdict: 'Verdict by function',
    none: 'no leak seen',
    growing: 'growing, unproven',
    leak: 'leak',
    alerts: 'Alerts that fire',
    firing: 'fires',
    memory: 'Memory of the process',
    resident: 'RSS',
    virtual: 'VSZ',
    proportional: 'PSS',
    swap: 'swap',
    limit: 'limit',
    bytes: 'Outstanding bytes by function',
    blocks: 'Outstanding blocks by function',
    calls: 'malloc (up) and free (down) by function',
    allocated: 'Bytes allocated by function',
    survival: 'Share of blocks that are never freed, ± two standard errors',
    retained: 'Bytes a second that are kept: the verdict’s, and the slope’s',
    slope: 'slope',
    until: 'Time until the limit',
    resident_slope: 'Slope of resident memory',
    unfreed: 'Blocks a second that are not freed',
    floor: 'What could hide from this',
    cost: 'What watching costs: processors',
    cost_memory: 'What watching costs: memory',
    exporter: 'exporter',
    tracer: 'tracer',
    bpf: 'in the kernel',
    blind: 'Whether anybody looks',
    up: 'exporter answers',
    attached: 'tracer is attached',
    target: 'process is there',
    lost: 'lost a second',
    restarts: 'Restarts',
    upgrades: 'Upgrades',
  },
  ko: {
    title: '메모리 누수',
    description: '프로세스가 가진 메모리, 메모리를 계속 쥐고 있는 함수, 추적기의 결론입니다.',
    namespace: '네임스페이스',
    pod: '파드',
    all: '전체',
    verdict: '함수별 판정',
    none: '누수 없음',
    growing: '증가, 미확정',
    leak: '누수',
    alerts: '울리고 있는 경보',
    firing: '울림',
    memory: '프로세스의 메모리',
    resident: 'RSS',
    virtual: 'VSZ',
    proportional: 'PSS',
    swap: '스왑',
    limit: '한도',
    bytes: '함수별 미해제 바이트',
    blocks: '함수별 미해제 블록',
    calls: '함수별 malloc(위)과 free(아래)',
    allocated: '함수별 할당 바이트',
    survival: '끝내 해제되지 않는 블록의 비율, ± 표준 오차의 두 배',
    retained: '초당 쌓이는 바이트: 판정이 잰 값과 기울기',
    slope: '기울기',
    until: '한도까지 남은 시간',
    resident_slope: '상주 메모리의 기울기',
    unfreed: '초당 해제되지 않는 블록',
    floor: '보이지 않을 수 있는 누수',
    cost: '감시 비용: 프로세서',
    cost_memory: '감시 비용: 메모리',
    exporter: '익스포터',
    tracer: '추적기',
    bpf: '커널 안',
    blind: '지켜보고 있는지',
    up: '익스포터 응답',
    attached: '추적기 연결',
    target: '프로세스 있음',
    lost: '초당 놓친 것',
    restarts: '재시작',
    upgrades: '업그레이드',
  },
};

/**
 * Whole panels side by side, two a row.
 * @param {'en' | 'ko'} lang
 */
export function dashboard(lang) {
  const say = WORDS[lang];
  /** @param {string} expr @param {string} legend */
  const query = (expr, legend) => new DataqueryBuilder().expr(expr).legendFormat(legend).range();
  /** @param {string} title @param {string} unit @param {[expr: string, legend: string][]} queries */
  const series = (title, unit, queries) => {
    const panel = new Series()
      .title(title)
      .datasource(PROMETHEUS)
      .unit(unit)
      .span(12)
      .height(8)
      .lineWidth(1)
      .fillOpacity(8)
      .showPoints(VisibilityMode.Never)
      .drawStyle(GraphDrawStyle.Line)
      .legend(
        new common.VizLegendOptionsBuilder()
          .displayMode(common.LegendDisplayMode.Table)
          .placement(common.LegendPlacement.Bottom)
          .showLegend(true)
          .calcs(['lastNotNull', 'max']),
      );
    return queries.reduce((p, [expr, legend], i) => p.withTarget(query(expr, legend).refId(ref(i))), panel);
  };
  /** @param {string} title @param {Record<string, { text: string, color: string }>} states @param {[string, string][]} queries */
  const states = (title, states, queries) =>
    queries.reduce(
      (p, [expr, legend], i) => p.withTarget(query(expr, legend).refId(ref(i))),
      new Timeline()
        .title(title)
        .datasource(PROMETHEUS)
        .span(12)
        .height(8)
        .showValue(VisibilityMode.Auto)
        .mappings([{ type: MappingType.ValueToText, options: states }]),
    );
  const site = '{{function}} {{pod}}';
  const process = '{{pod}} {{instance}}';
  const yes = { 0: { text: '✗', color: 'red' }, 1: { text: '✓', color: 'green' } };
  const panels = [
    states(
      say.verdict,
      {
        0: { text: say.none, color: 'green' },
        1: { text: say.growing, color: 'yellow' },
        2: { text: say.leak, color: 'red' },
      },
      [[`memleak_verdict{${OF}}`, site]],
    ),
    states(say.alerts, { 1: { text: say.firing, color: 'red' } }, [
      [`max by (alertname, function, pod, instance) (ALERTS{alertstate="firing",${OF}})`, `{{alertname}} ${site}`],
    ]),
    series(say.memory, 'bytes', [
      [`process_resident_memory_bytes{${OF}}`, `${say.resident} ${process}`],
      [`process_virtual_memory_bytes{${OF}}`, `${say.virtual} ${process}`],
      [`process_proportional_memory_bytes{${OF}}`, `${say.proportional} ${process}`],
      [`process_swap_memory_bytes{${OF}}`, `${say.swap} ${process}`],
      [`memleak_limit_bytes{${OF}}`, `${say.limit} ${process}`],
    ]),
    series(say.bytes, 'bytes', [[`memleak_inuse_bytes{${OF}}`, site]]),
    series(say.calls, 'cps', [
      [`rate(memleak_alloc_objects_total{${OF}}${RATE})`, `malloc ${site}`],
      [`-rate(memleak_free_objects_total{${OF}}${RATE})`, `free ${site}`],
    ]),
    series(say.blocks, 'short', [[`memleak_inuse_objects{${OF}}`, site]]),
    series(say.survival, 'percentunit', [
      [`memleak_survival_ratio{${OF}}`, site],
      [`memleak_survival_ratio{${OF}} + memleak_survival_ratio_error{${OF}}`, `${site} +`],
      [`memleak_survival_ratio{${OF}} - memleak_survival_ratio_error{${OF}}`, `${site} −`],
    ]).max(1),
    series(say.retained, 'Bps', [
      [`memleak_retained_bytes_per_second{${OF}}`, site],
      [`memleak_retained_bytes_per_second{${OF}} + memleak_retained_bytes_per_second_error{${OF}}`, `${site} +`],
      [`memleak_retained_bytes_per_second{${OF}} - memleak_retained_bytes_per_second_error{${OF}}`, `${site} −`],
      [`memleak:retained:bytes_per_second{${OF}}`, `${say.slope} ${site}`],
    ]),
    series(say.until, 's', [[`memleak_limit_seconds{${OF}}`, process]]),
    series(say.resident_slope, 'Bps', [[`memleak:resident_slope:bytes_per_second{${OF}}`, process]]),
    series(say.unfreed, 'cps', [[`memleak:unfreed:objects_per_second{${OF}}`, site]]),
    series(say.floor, 'Bps', [
      [`memleak_floor_bytes_per_second{${OF}}`, process],
      [`rate(memleak_lost_objects_total{${OF}}${RATE})`, `${say.lost} ${process}`],
    ]),
    series(say.allocated, 'Bps', [[`rate(memleak_alloc_bytes_total{${OF}}${RATE})`, site]]),
    states(say.blind, yes, [
      ['up{job="memleak"}', `${say.up} {{instance}}`],
      [`memleak_attached{${OF}}`, `${say.attached} ${process}`],
      [`memleak_target_up{${OF}}`, `${say.target} ${process}`],
    ]),
    series(say.cost, 'percentunit', [
      [`rate(memleak_exporter_cpu_seconds_total{job="memleak"}${RATE})`, `${say.exporter} {{instance}}`],
      [`rate(memleak_tracer_cpu_seconds_total{job="memleak"}${RATE})`, `${say.tracer} {{instance}}`],
      [`rate(memleak_tracer_bpf_seconds_total{job="memleak"}${RATE})`, `${say.bpf} {{instance}}`],
    ]),
    series(say.cost_memory, 'bytes', [
      ['memleak_exporter_resident_memory_bytes{job="memleak"}', `${say.exporter} {{instance}}`],
      ['memleak_tracer_resident_memory_bytes{job="memleak"}', `${say.tracer} {{instance}}`],
    ]),
  ];
  /** @param {string} name @param {string} metric @param {string} color */
  const event = (name, metric, color) =>
    new AnnotationQueryBuilder()
      .name(name)
      .datasource(PROMETHEUS)
      .enable(true)
      .iconColor(color)
      .expr(`increase(${metric}{${OF}}[1m]) > 0`);
  /** @param {string} name @param {string} label @param {string} of */
  const choice = (name, label, of) =>
    new QueryVariableBuilder(name)
      .label(label)
      .datasource(PROMETHEUS)
      .query({ query: `label_values(${of}, ${name})`, refId: name })
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .multi(true)
      .includeAll(true)
      // On a host there is no such label, which this means as well.
      .allValue('.*')
      .current({ selected: true, text: say.all, value: '$__all' });
  const built = new DashboardBuilder(say.title)
    .uid(`memleak-${lang}`)
    .description(say.description)
    .tags(['memleak', lang])
    .time({ from: 'now-1h', to: 'now' })
    .refresh('15s')
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .withVariable(choice('namespace', say.namespace, 'memleak_target_up'))
    .withVariable(choice('pod', say.pod, 'memleak_target_up{namespace=~"$namespace"}'))
    .annotation(event(say.restarts, 'memleak_target_restarts_total', 'orange'))
    .annotation(event(say.upgrades, 'memleak_target_upgrades_total', 'blue'));
  return panels.reduce((d, panel, i) => d.withPanel(panel.id(i + 1)), built).build();
}

/** @param {number} i */
const ref = (i) => String.fromCharCode(65 + i);

export const LANGS = /** @type {const} */ (['en', 'ko']);
export const fileOf = (/** @type {string} */ lang) => `k8s/monitoring/grafana/dashboards/memleak.${lang}.json`;
/** @param {'en' | 'ko'} lang */
export const written = (lang) => `${JSON.stringify(dashboard(lang), null, 2)}\n`;

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  for (const lang of LANGS) {
    const file = join(dirname(fileURLToPath(import.meta.url)), '..', fileOf(lang));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, written(lang));
  }
