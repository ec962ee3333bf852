import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'export.listening': '메트릭 주소: {url} (Ctrl-C로 끝내면 추적기도 함께 끝납니다)',
  'export.waiting': '기다리는 중: {whom}',
  'export.of-pid': '지켜보던 프로그램이 다시 시작되기를 (전에는 pid {pid})',
  'export.of-name': '다음 이름의 프로세스: {name:name}',
  'export.attached': '추적기를 붙였습니다: pid {pid} ({comm:name})',
  'export.gone': '프로세스가 끝났습니다: pid {pid} ({comm:name})',
  'export.tracer-ended': '추적기가 저절로 끝났습니다. {seconds}초 뒤에 다시 시작합니다.',
} as const satisfies Translation<typeof en>;
