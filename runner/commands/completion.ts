import { command, required } from '../cli/declare.ts';
import { SHELLS, scriptFor } from '../cli/completion.ts';
import { oneOf } from '../cli/options.ts';
import { EXIT } from '../errors.ts';

/** A script that a shell reads: `workshop completion bash >> ~/.bashrc`. */
export default command({
  name: 'completion',
  args: { shell: required('SHELL') },
  options: {},
  examples: ['completion bash', 'completion zsh', 'completion fish'],
  async run({ shell, lang, commands }) {
    process.stdout.write(scriptFor(oneOf('SHELL', shell, SHELLS), await commands(), lang));
    return EXIT.ok;
  },
});
