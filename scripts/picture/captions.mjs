/** What a picture is called, and what happens in it, for those who hear it. */
export const CAPTIONS = {
  en: {
    title: 'A recorded session of lesson 4: a leak is found, and a healthy twin is told from it',
    story:
      'In a terminal, npm run workshop starts lesson 4. The learner presses r: bpftrace pairs every malloc of a real service with its free, live. A curve of outstanding bytes rises under memory_leak_thread, and a report names process, size, period and stack. Then the learner finishes a script of their own; it is run on the leaking service and on a healthy twin that frees what it allocates, both curves are drawn side by side, and the check passes on the first and says no to the second.',
  },
  ko: {
    title: '레슨 4를 실제로 진행한 기록: 누수를 찾아내고, 건강한 쌍둥이와 구별한다',
    story:
      '터미널에서 npm run workshop으로 레슨 4를 시작합니다. r을 누르면 bpftrace가 실제 서비스의 malloc을 모두 free와 짝지어 실시간으로 보여 줍니다. memory_leak_thread에서 해제되지 않은 바이트의 곡선이 올라가고, 보고서가 프로세스, 크기, 주기, 스택을 알려 줍니다. 이어서 학습자가 스크립트를 직접 완성하면, 누수가 있는 서비스와 할당한 것을 해제하는 건강한 쌍둥이에서 그 스크립트를 각각 실행해 두 곡선을 나란히 그립니다. 검사는 앞의 것을 통과시키고 뒤의 것은 통과시키지 않습니다.',
  },
};
