import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'name.none': '(이름 없음)',
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
  'report.short': '{marks}   근거는 `m`',
  'report.settle': '약 {ms:time} 더 지켜보면 결론이 납니다.',
  'report.settle.held': '더 지켜본다고 결론이 나지 않습니다. 쥐고 있는 쪽을 살펴봐야 합니다.',
  'report.unlooked': '잃어버린 것인지 누가 쥐고 있는지는 알 수 없음: {why}',
  'report.floor': '초당 {rate:bytes} 미만으로 새는 것은 이번 실행에서 보이지 않습니다.',
  'report.leaks': '새는 속도',
  'report.grows': '늘어나는 속도',
  'report.per-second': '초당 {rate} ± {error}',
  'report.part': '{each}, 블록의 {percent}% ± {error}: {n}개 중 하나',
  'report.limit': '한도',
  'report.limit.reached': '약 {ms:time} 뒤에 {limit:bytes} 도달',
  'report.limit.over': '이미 넘음: {limit:bytes}',
  'report.survival':
    '{holds} 블록 {of}개 가운데 나이가 {age:time} 이상이고 돌아오지 않은 것 {seen}개 (기준: {needed}개). 돌아온 블록은 늦어도 {longest:time} 안에 돌아옴',
  'report.survival.nothing-ended':
    '{holds} 블록 {of}개 가운데 돌아온 것은 없음. 나이가 {age:time} 이상인 것 {seen}개 (기준: {needed}개)',
  'report.generations':
    '{holds} 그 첫 블록부터 지금까지를 똑같이 {of}구간으로 나누면 {seen}구간에서 생겨남 (기준: {needed}구간, 마지막 구간 포함)',
  'report.generations.stopped':
    '{holds} 그 첫 블록부터 지금까지를 똑같이 {of}구간으로 나누면 {seen}구간에서 생겨났지만, 마지막 구간에는 거의 없음: 멈춤 (기준: {needed}구간, 마지막 구간 포함)',
  'report.age': '{holds} 그중 셋의 나이가 {seen:time} 이상 (기준: {needed:time})',
  'report.age.none': '{holds} 그중 오래된 것이 셋이 안 됨 (기준: {needed:time})',
  'report.oldest':
    '{holds} 여기서 돌아온 블록이 거의 없어 얼마나 오래 필요한지 알 수 없음. 가장 오래된 것의 나이: {seen:time} (기준: {needed:time})',
  'report.span':
    '{holds} 모두 {seen:time} 사이에 생겨남. 여기 블록이 사는 기간({needed:time})보다 짧아, 처음부터 쓰는 것일 수 있음',
  'report.pace': '{holds} 점점 덜 생겨남: 똑같이 나눈 {parts}구간 가운데 첫 구간에 {needed}개, 마지막 구간에 {seen}개',
  'report.lost':
    '{holds} 프로세스 안을 찾아봄: 오래된 블록 {of}개 가운데 {seen}개는 가리키는 포인터가 어디에도 없음. 잃어버린 블록',
  'report.held':
    '{holds} 프로세스 안을 찾아봄: 오래된 블록 {of}개 가운데 {held}개를 쥔 곳: {holder}. 언젠가 놓아줄지는 어떤 도구도 알 수 없음',
  'report.rises':
    '{holds} 목록 {of}개를 차례로 {parts}묶음으로 똑같이 나누면, 묶음에서 가장 적게 쥔 양이 {seen}번 올라감 (기준: {needed}번, 마지막 포함)',
  'report.lasts': '{holds} 올라간 기간: {seen:time} (기준: {needed:time})',
  'holder.site': '다른 블록({name})',
  'holder.stack': '스레드 {tid} 스택',
  'holder.register': '스레드 {tid} 레지스터',
  'holder.memory-of': '{module} 메모리',
  'holder.memory': '이름 없는 메모리',
} as const satisfies Translation<typeof en>;
