import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'outcome.pass': '통과',
  'outcome.not yet': '아직: 지금까지는 맞지만 더 필요합니다',
  'outcome.nothing': '아직: 판정할 것이 아직 없습니다',
  'outcome.wrong': '틀렸습니다',
  'outcome.blocked': '막힘: 이 머신에서는 아직 할 수 없습니다',
  'outcome.broken': '랩 고장: 서비스가 종료되었습니다. 답이 틀린 것은 아닙니다',
  'mark.met': '✓',
  'mark.unmet': '✗',
  'mark.more': '…',
  'mark.plain.met': '[PASS]',
  'mark.plain.unmet': '[FAIL]',
  'mark.plain.more': '[WAIT]',
  'report.leak': '메모리 누수 발견',
  'report.growing': '늘어나는 중, 누수인지는 아직 모름',
  'report.none': '누수가 보이지 않음',
  'report.pid': 'PID',
  'report.unfreed': '해제되지 않은 할당',
  'report.total': '해제되지 않은 메모리',
  'report.size': '가장 흔한 크기',
  'report.period': '간격',
  'report.stack': '스택',
  'report.why': '근거',
  'report.settle': '약 {ms:time} 더 지켜보면 결론이 납니다.',
  'report.floor': '이번 실행에서 찾을 수 있었던 가장 작은 누수: 초당 {rate:bytes}.',
  'report.early-cohort':
    '{holds} 실행의 15–45% 구간에 생긴 블록 {blocks}개: 바이트의 {seen}%가 65% 시점에 살아 있음 (기준: {needed}%, 블록 3개)',
  'report.late-cohort':
    '{holds} 실행의 45–75% 구간에 생긴 블록 {blocks}개: 바이트의 {seen}%가 85% 시점에 살아 있음 (기준: {needed}%, 블록 3개)',
  'report.low-water':
    '{holds} 최저 수위: 처음 1/3에서 {needed:bytes}, 마지막 1/3에서 {seen:bytes} (기준: 처음보다 높을 것)',
  'report.still-keeping': '{holds} 남아 있는 바이트: 나중에 생긴 블록이 초반에 생긴 블록의 {seen}배 (기준: {needed}배)',
} as const satisfies Translation<typeof en>;
