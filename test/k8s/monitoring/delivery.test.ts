import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exporter, exporter } from './exposition.ts';
import { freePort } from '../../../runner/shipped/service.ts';
import { mailServer, webhook } from './receivers.ts';
import { alertmanager, prometheus, until } from './stack.ts';
import { everything, have, team, type Team } from './team.ts';

const MIB = 1024 * 1024;
const LANGS = ['en', 'ko'] as const;
type Lang = (typeof LANGS)[number];

const leaker = (pod: string, limit?: number) => ({
  namespace: 'shop',
  pod,
  container: pod.replace(/-\d$/, ''),
  resident: 40 * MIB,
  ...(limit === undefined ? {} : { limit }),
  sites: {
    'stealth-leaker:memory_leak_thread': { inuse: MIB, grows: 25_000, verdict: 2 as const },
    'stealth-leaker:health': { inuse: MIB, grows: 0, verdict: 0 as const },
  },
});

describe('a leak is told to Slack, Teams and by mail, in either language', () => {
  let teams: Record<Lang, Team>;
  let near: Exporter;
  const ends: (() => Promise<unknown>)[] = [];
  const said = () => LANGS.map((lang) => `${lang}: ${everything(teams[lang])}`).join('\n\n');

  beforeAll(async () => {
    const [en, ko] = await Promise.all([team(), team()]);
    teams = { en, ko };
    const managers = await Promise.all(LANGS.map((lang) => alertmanager(lang, teams[lang].addresses)));
    near = await exporter(leaker('leaker-1', 41 * MIB + 25_000 * 41 * 60));
    const others = await Promise.all([
      exporter(leaker('slow-1')),
      exporter({
        ...leaker('twin-1'),
        sites: { 'twin:memory_leak_thread': { inuse: MIB, grows: 0, verdict: 0 } },
      }),
      // Headed for its limit, and unproven.
      exporter({
        ...leaker('cache-1', 60 * MIB),
        sites: { 'cache:put': { inuse: MIB, grows: 90_000, verdict: 1 } },
      }),
    ]);
    const watching = await prometheus(
      [near, ...others].map(({ address }) => address),
      managers.map(({ url }) => url.replace('http://', '')),
    );
    ends.push(
      () => watching.end(),
      ...managers.map((m) => () => m.end()),
      () => near.die(),
      ...others.map((o) => () => o.die()),
      () => en.close(),
      () => ko.close(),
    );
  });
  afterAll(async () => {
    for (const end of ends) await end().catch(() => {});
  });

  it('within a minute at this pace, with its function, its rate, and how long there is', async () => {
    await until('all six have it', () => LANGS.every((lang) => have(teams[lang], 'leaker-1')), {
      seconds: 60,
      seen: said,
    });
    const { en, ko } = teams;
    for (const message of Object.values(en.said()).map((all) => all.find((m) => m.includes('leaker-1')))) {
      expect(message).toMatch(/leak 25 KB\/s ± 3 in .*memory_leak_thread.*, limit in 4[01] min/);
      expect(message).toContain('Memory limit near: shop / leaker');
      expect(message).toContain('k8s/monitoring/runbook/en.md#memory-leak');
      expect(message).not.toMatch(/[가-힣]/);
    }
    for (const message of Object.values(ko.said()).map((all) => all.find((m) => m.includes('leaker-1')))) {
      expect(message).toMatch(/누수 25 KB\/s ± 3, 위치 .*memory_leak_thread.*, 한도까지 4[01]분/);
      expect(message).toContain('메모리 한도 임박: shop / leaker');
      expect(message).toContain('k8s/monitoring/runbook/ko.md#memory-leak');
    }
    expect(en.mail.got[0]?.to).toEqual(['team@example.com']);
  });

  it('a service without a limit has a message of its own, without that sentence', async () => {
    await until('all six have it', () => LANGS.every((lang) => have(teams[lang], 'slow-1')), {
      seconds: 60,
      seen: said,
    });
    const message = teams.en.said().slack.find((m) => m.includes('slow-1'));
    expect(message).toMatch(/^warning\nMemory leak: shop \/ slow\n/);
    expect(message).toMatch(/leak 25 KB\/s ± 3 in `stealth-leaker:memory_leak_thread`\n/);
    expect(message).not.toContain('leaker-1');
  });

  it('whoever was told that the limit is near is not told that it leaks', () => {
    for (const lang of LANGS) {
      const about = teams[lang].said().slack.filter((m) => m.includes('leaker-1'));
      expect(about).toHaveLength(1);
      expect(about[0]).toMatch(/^danger\n/);
    }
  });

  it('of the healthy twin, and of the cache that fills, nothing is said', () => {
    for (const lang of LANGS) expect(everything(teams[lang])).not.toMatch(/twin|cache/);
  });

  it('an exporter that died is an alert, and never says that the leak is over', async () => {
    await near.die();
    await until('its absence is told', () => have(teams.en, near.address) && have(teams.ko, near.address), {
      seconds: 60,
      seen: said,
    });
    expect(teams.en.said().slack.find((m) => m.includes(near.address))).toContain('no exporter answers');
    expect(teams.ko.said().mail.find((m) => m.includes(near.address))).toContain('응답하는 익스포터가 없음');
    // Longer than an alert is kept on, and than a group waits for its next message.
    await new Promise((resolve) => setTimeout(resolve, 16_000));
    for (const lang of LANGS) expect(everything(teams[lang])).not.toMatch(/over: leak|해소: 누수/);
  });
});

describe('straight to Alertmanager', () => {
  /** Tells one of an alert that fires for the next minute. */
  const tell = async (
    url: string,
    alerts: { labels: Record<string, string>; annotations?: Record<string, string> }[],
  ) => {
    const response = await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(
        alerts.map((alert) => ({
          startsAt: new Date().toISOString(),
          endsAt: new Date(Date.now() + 60_000).toISOString(),
          ...alert,
        })),
      ),
    });
    expect(response.ok, await response.text()).toBe(true);
  };
  const about = (function_: string, more: Record<string, string> = {}) => ({
    labels: {
      alertname: 'MemoryLeak',
      severity: 'warning',
      job: 'memleak',
      instance: '10.0.0.7:9465',
      namespace: 'shop',
      pod: 'leaker-1',
      container: 'leaker',
      function: function_,
      ...more,
    },
    annotations: { rate: '25 KB/s ± 3', limit: '41 min' },
  });

  it('who was away for a while gets the message once, and the others wait for nobody', async () => {
    const [slack, teamsPort, mailPort] = [await webhook('ok', 0, false), await freePort(), await freePort()];
    const manager = await alertmanager('en', {
      slack: slack.url,
      teams: `http://127.0.0.1:${teamsPort}/hook`,
      mail: mailPort,
    });
    const ends: (() => Promise<unknown>)[] = [() => manager.end(), () => slack.close()];
    try {
      await tell(manager.url, [about('app:leaks')]);
      // Slack answers badly; at Teams' and the mail server's addresses nobody answers.
      await until('it was tried more than once', () => slack.refused() > 2);
      expect(slack.got).toEqual([]);
      const teams = await webhook('', teamsPort);
      ends.push(() => teams.close());
      await until('Teams is back', () => teams.got.length > 0);
      expect(slack.got).toEqual([]);
      slack.answers = true;
      const mail = await mailServer(mailPort);
      ends.push(() => mail.close());
      await until('all have it', () => slack.got.length > 0 && mail.got.length > 0, { seen: manager.said });
      await new Promise((resolve) => setTimeout(resolve, 7000));
      expect([slack.got.length, teams.got.length, mail.got.length]).toEqual([1, 1, 1]);
    } finally {
      for (const end of ends) await end();
    }
  });

  const HOSTILE = [
    'a"b\'c\\d`e',
    'line\r\nBcc: victim@example.com\r\n\r\nbody',
    '<script>alert(1)</script><img src=x onerror=alert(1)>',
    '<!channel> <https://evil.example|click> &lt;',
    '[click](javascript:alert(1)) **bold** ![](https://evil.example/x.png)',
    '{{ .ExternalURL }}{{ template "mail.html" . }}',
    `${'장'.repeat(5000)}${'x'.repeat(10_000)}`,
    '\u202etxt.exe\u2028\u0007',
  ];

  /** What a hostile name got out of a medium, if anything, when each of them was told. */
  async function outbreaks(other?: (text: string) => string): Promise<{ found: string[]; said: string }> {
    const one = await team();
    const manager = await alertmanager('ko', one.addresses, other);
    try {
      await tell(
        manager.url,
        HOSTILE.map((name) => ({
          ...about(name, { namespace: name, container: 'app', pod: name, instance: name }),
          annotations: { rate: name, limit: name, summary: name, runbook_url: name },
        })),
      );
      await until('each is told', () => Object.values(one.said()).every((all) => all.length >= HOSTILE.length), {
        seen: manager.said,
      });
      const { slack, teams, mail } = one.said();
      const found: string[] = [];
      for (const text of slack) {
        if (/[<>]/.test(text)) found.push('a link or a call in Slack');
        // The name's own backticks are gone: those of its frame are left.
        if (
          text
            .split('\n')
            .find((line) => line.startsWith('•'))
            ?.match(/`/g)?.length !== 2
        )
          found.push('code in Slack');
      }
      if (teams.some((text) => /(^|[^\\])[[\]<]/.test(text))) found.push('a link in Teams');
      for (const { headers, html, to } of one.mail.got) {
        expect(to).toEqual(['team@example.com']);
        if (headers.some((line) => /^bcc:/i.test(line))) found.push('a header');
        if (/<(script|img)/i.test(html)) found.push('HTML');
      }
      for (const text of [...slack, ...teams, ...mail]) {
        if (text.length > 6000 || text.includes('장'.repeat(129))) found.push('length');
        if (['\u202e', '\u2028', '\u0007'].some((c) => text.includes(c))) found.push('control characters');
      }
      return { found: [...new Set(found)].sort(), said: everything(one) };
    } finally {
      await manager.end();
      await one.close();
    }
  }

  it('names that are made to break out do not, in any medium, and are no longer than a line', async () => {
    const { found, said } = await outbreaks();
    expect(found).toEqual([]);
    expect(said).toContain('{{ .ExternalURL }}');
  });
  it('as they would, were nothing done about them', async () => {
    const careless = (text: string) =>
      text
        .replace(/(define "(?:plain|slack\.safe|teams\.safe)" \}\}\{\{ \.)[^}]*[^\n]*/g, '$1 }}{{ end }}')
        .replace(/<code>\{\{ template "plain" (\(.*?\)) \}\}/g, '<code>{{ safeHtml $1 }}');
    const { found } = await outbreaks(careless);
    expect(found).toEqual([
      'HTML',
      'a link in Teams',
      'a link or a call in Slack',
      'code in Slack',
      'control characters',
      'length',
    ]);
  });

  it('a service of which a thousand functions leak is one message of ten, and says how many', async () => {
    const one = await team();
    const manager = await alertmanager('en', one.addresses);
    try {
      await tell(
        manager.url,
        Array.from({ length: 1000 }, (_, i) => about(`app:f${i}`)),
      );
      await until('all have it', () => have(one, /1000 in all/), { seen: manager.said });
      for (const all of Object.values(one.said())) {
        expect(all).toHaveLength(1);
        expect(all[0]?.length).toBeLessThan(12_000);
      }
      expect(one.said().slack[0]?.match(/app:f\d+/g)).toHaveLength(10);
    } finally {
      await manager.end();
      await one.close();
    }
  });
});

describe('hostile names all the way from an exporter', () => {
  it('are cut by Prometheus, asked about as data, and delivered', async () => {
    const one = await team();
    const hostile = `x"} or vector(1) #\n<script>${'y'.repeat(10_000)}`;
    const served = await exporter({
      ...leaker('leaker-1'),
      sites: { [hostile]: { inuse: MIB, grows: 25_000, verdict: 2 } },
    });
    const manager = await alertmanager('en', one.addresses);
    const watching = await prometheus([served.address], [manager.url.replace('http://', '')]);
    try {
      await until('all have it', () => have(one, /leak 25 KB\/s ± 3 in/), { seconds: 60, seen: watching.said });
      const [slack = ''] = one.said().slack;
      expect(slack).toContain('leak 25 KB/s ± 3 in `x"} or vector(1) # &lt;script&gt;yyy');
      expect(slack.length).toBeLessThan(600);
      expect(one.mail.got[0]?.html).toContain('&lt;script&gt;yyy');
    } finally {
      await watching.end();
      await manager.end();
      await served.die();
      await one.close();
    }
  });
});
