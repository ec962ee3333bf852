import type { Notice, NoticeCode } from '../../evidence/model.ts';
import { own } from './plain.ts';

export { isPrompt } from '../../evidence/prompt.ts';

export const notice = (code: NoticeCode, detail: string): Notice => ({
  kind: 'notice',
  code,
  detail: own(detail.trim().slice(0, 240)),
});
