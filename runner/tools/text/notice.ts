import type { Notice, NoticeCode } from '../../evidence/model.ts';
import { own } from './plain.ts';

/** Whether a line is a command as typed at a prompt: `$ …`, `me@host:~# …`, `[me@host src]$ …`, `bash-5.2# …`. */
export function isPrompt(line: string): boolean {
  const head = /^([^$#%>]{0,80})[$#%>](?: |$)/.exec(line)?.[1];
  return head !== undefined && (head === '' || (/[@~\]]|^(?:ba)?sh-[\d.]+$/.test(head) && !head.includes(': ')));
}

export const notice = (code: NoticeCode, detail: string): Notice => ({
  kind: 'notice',
  code,
  detail: own(detail.trim().slice(0, 240)),
});
