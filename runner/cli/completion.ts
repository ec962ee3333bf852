import { type Lang, words } from '../words/index.ts';
import type { OptionShape, Shape } from './declare.ts';
import { optionsOf } from './options.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

const flagsOf = (command: Shape): OptionShape[] => Object.values(optionsOf(command));

/** What `workshop` completes to in a shell: commands, their options, and the values that some options have. */
export const scriptFor = (shell: (typeof SHELLS)[number], all: readonly Shape[], lang: Lang): string =>
  shell === 'fish'
    ? fish(all, lang)
    : shell === 'zsh'
      ? `autoload -U +X bashcompinit && bashcompinit\n${bash(all)}`
      : bash(all);

function bash(all: readonly Shape[]): string {
  const called = all.filter(({ name }) => name !== 'start');
  const values = new Map(all.flatMap(flagsOf).flatMap(({ name, choices }) => (choices ? [[name, choices]] : [])));
  return `_workshop() {
  local words=
  case "\${COMP_WORDS[COMP_CWORD - 1]}" in
${[...values].map(([name, choices]) => `    --${name}) words='${choices.join(' ')}' ;;`).join('\n')}
  esac
  if [ -z "$words" ] && [ "$COMP_CWORD" -eq 1 ]; then
    words='${called.map(({ name }) => name).join(' ')}'
  elif [ -z "$words" ]; then
    case "\${COMP_WORDS[1]}" in
${called
  .map(
    (c) =>
      `      ${c.name}) words='${flagsOf(c)
        .map((o) => `--${o.name}`)
        .join(' ')}' ;;`,
  )
  .join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _workshop workshop
`;
}

function fish(all: readonly Shape[], lang: Lang): string {
  const say = words(lang);
  const quoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
  const lines = all
    .filter(({ name }) => name !== 'start')
    .flatMap((command) => [
      `complete -c workshop -n __fish_use_subcommand -a ${command.name} -d ${quoted(say(`help.command.${command.name}`))}`,
      ...flagsOf(command).map(
        ({ name, choices, value }) =>
          `complete -c workshop -n '__fish_seen_subcommand_from ${command.name}' -l ${name} -d ${quoted(say(`help.option.${name}`))}${choices ? ` -xa '${choices.join(' ')}'` : value === null ? '' : ' -r'}`,
      ),
    ]);
  return `${lines.join('\n')}\n`;
}
