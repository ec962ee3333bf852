import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

/** 질문의 답이 되는 계산. 숫자와 그 단위. */
export const ko = {
  'sum.yours': '직접 얻은 숫자로 계산하면:',
  'sum.run': '이 숫자가 나온 실행:',
  'sum.no-run': '답은 “{from}” 단계가 이 랩에서 출력하는 내용에 있는데, 아직 통과한 실행이 없습니다. 먼저 실행하세요.',
  'sum.too-little': '“{from}” 단계의 출력만으로는 계산할 수 없습니다. 다시 실행하세요.',
  'sum.name': '스택에 나온 이름: {name}',
  'sum.choice': '{name}입니다',
  'sum.percent': '{n}퍼센트',
  'sum.bytes': '{n}바이트',
  'sum.KiB': '{n} KiB',
  'sum.MiB': '{n} MiB',
  'sum.ms': '{n}밀리초',
  'sum.s': '{n}초',
  'sum.min': '{n}분',
  'sum.blocks': '블록 {n}개',
  'sum.lines': '{n}줄',
  'sum.page': '페이지 {n}',
  'sum.pages': '{n}페이지',
  'sum.pid': 'pid {n}',
  'sum.initial-pid': '초기 pid 네임스페이스의 {n}번',
  'sum.offset': '오프셋 {n}',
  'sum.MiB-a-minute': '1분에 {n} MiB',
  'sum.MiB-an-hour': '1시간에 {n} MiB',
  'sum.GiB-a-day': '하루에 {n} GiB',
} satisfies Translation<typeof en>;
