import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'cluster.changes': '이 클러스터에 다음을 만들고, `down`을 실행하면 모두 정리합니다:',
  'cluster.no-toolbox':
    '도구 상자 없음: 네임스페이스 설정이나 권한 때문에 띄울 수 없습니다. 레슨 1은 할 수 있지만 추적(레슨 2~7)은 할 수 없습니다.',
  'cluster.ask': '계속할까요?',
  'stage.began': '… {what} (보통 {usual}초)',
  'stage.done': '✓ {what}, {seconds}초',
  'stage.cluster': '클러스터 만들기',
  'stage.wake': '클러스터 다시 시작하기',
  'stage.image-leaker': '서비스 이미지 만들기',
  'stage.image-toolbox': '도구 이미지 만들기',
  'stage.load': '이미지를 클러스터에 올리기',
  'stage.bundle': '묶음을 Docker에 올리기',
  'stage.toolbox': '도구 상자 시작하기',
  'bundle.doing': '이미지와 프로그램, node 모듈을 {file}에 저장합니다 …',
  'bundle.done': '{file}: {mib} MiB. 네트워크가 없는 곳에서: {up}',
  'stage.removing': '클러스터 정리하기',
} as const satisfies Translation<typeof en>;
