import type { Evidence } from '../../evidence/model.ts';
import type { Tool } from '../../model/tool.ts';
import { isJson, unwrapper } from './json.ts';
import { splitter } from '../text/lines.ts';
import { notice } from '../text/notice.ts';
import { machine } from './text.ts';

/** Evidence beyond this is not read: a hostile transcript must not fill memory. */
const MAX_ITEMS = 200_000;

/** bpftrace 0.17 to 0.27. `WORKSHOP_BPFTRACE` names another binary. */
export const bpftrace: Tool = {
  kind: 'bpftrace',
  // 0.27 reads its list of events before anything else, and ends where there is none.
  requires: ['tracefs'],

  async detect(place) {
    const path = await place.which(process.env.WORKSHOP_BPFTRACE || 'bpftrace');
    if (!path)
      return {
        found: false,
        missing: 'bpftrace',
        packages: {
          apt: ['bpftrace'],
          dnf: ['bpftrace'],
          zypper: ['bpftrace'],
          pacman: ['bpftrace'],
          apk: ['bpftrace'],
        },
      };
    let text = '';
    for await (const chunk of place.exec([path, '--version'], { timeoutMs: 10_000 }).output)
      text = (text + String(chunk)).slice(0, 4096);
    return { found: true, path, version: /^(?:bpftrace )?v?(\d+\.\d+\S*)/m.exec(text)?.[1] ?? null };
  },

  plan({ script, args, pid, json }) {
    return ['bpftrace', ...(json ? ['-f', 'json'] : []), ...(pid === null ? [] : ['-p', String(pid)]), script, ...args];
  },

  /**
   * Text and `-f json` alike, told apart line by line, with stderr anywhere between. Where input ends within something,
   * that is left out and the last item is the notice `cut-off`; of all but such notices, a prefix of the bytes yields a prefix.
   */
  async *read(bytes) {
    const found: Evidence[] = [];
    let left = MAX_ITEMS;
    const emit = (evidence: Evidence) => {
      if (left > 0) found.push(evidence);
      else if (left === 0) found.push(notice('too-much', `over ${MAX_ITEMS} items`));
      left--;
    };
    const m = machine(emit);
    const unwrap = unwrapper(m);
    const split = splitter();
    for await (const chunk of bytes) {
      // The rest is drained, so that whoever writes it isn't held up.
      if (left < 0) continue;
      for (const line of split.push(chunk)) {
        if (typeof line !== 'string') emit(line);
        else if (isJson(line)) unwrap(line);
        else m.line(line);
        if (found.length > 0) yield* found.splice(0);
        if (left < 0) break;
      }
    }
    if (left < 0) return;
    const last = split.end();
    if (last.notice) emit(last.notice);
    m.end(last.rest);
    yield* found;
  },
};
