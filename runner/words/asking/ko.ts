import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'ask.yes-no': '[y/N]',
  'ask.flag': '다음에 묻지 않게 하려면: {flag}',
  'ask.command': '다음에 바로 가려면: {command}',
  'ask.number': '선택 (1–{most}):',
  'ask.again': '“{typed}”: 목록에 없습니다. 1부터 {most}까지의 숫자나 괄호 안의 글자를 입력하세요.',
  'ask.which': '선택 (번호 또는 글자):',
  'ask.enter': '← Enter',
  'ask.initial': 'Enter만 누르면: {initial}',
  'ask.dot': '(점 하나만 있는 줄을 입력하면 끝납니다)',
  'ask.two-enters': '(Enter를 두 번 누르면 끝납니다)',
  'install.missing': '이 머신에 없는 것: {programs}',
  'install.ask': '“{command}” 명령으로 지금 설치할까요?',
  'install.doing': '레슨에 필요하고 암호를 묻지도 않으므로 설치합니다: {command}',
  'install.done': '설치했습니다: {programs}',
  'install.declined': '설치하지 않기로 했습니다.',
  'install.no-manager': '지원하는 패키지 관리자(apt, dnf, zypper, pacman, apk)가 없습니다.',
  'install.no-install': '--no-install 옵션이 있어 설치하지 않습니다.',
  'install.password': '설치하려면 암호가 필요한데, 입력할 터미널이 없습니다.',
  'sudo.asks': '추적에는 root 권한이 필요해서 sudo가 암호를 묻습니다. 화면에 보이는 그 명령만 root로 실행합니다.',
  'install.not-fetched': '가져오지 못했습니다: {detail}',
  'tool.asks': 'Inspektor Gadget의 이미지 목록은 root만 볼 수 있어 sudo로 확인합니다: {command}',
  'instead.gadget':
    'Inspektor Gadget은 여기서 실행되지 않습니다. 이유: {why}. 대신 워크숍의 로더가 같은 프로그램을 실행합니다.',
  'install.ask-release': '{program} 프로그램을 {url}에서 받아 {dir} 폴더에 둘까요?',
  'install.fetching': '이 시스템의 패키지에 없는 {program} 프로그램을 받습니다: {url}',
  'install.ask-made': '`{command}` 명령을 실행해서 {program} 프로그램을 {dir} 폴더에 둘까요?',
  'install.making': '{program} 프로그램을 시스템에 설치하지 않고 워크숍 폴더에 준비합니다: {command}',
  'install.made': '준비되었습니다: {path}',
  'install.fetched': '받았고, 공개된 체크섬과 일치합니다: {path}',
} as const satisfies Translation<typeof en>;
