import type { Command } from '../command.ts';
import { completionScript, SHELLS, type Shell } from '../completion-script.ts';

/** `bidlab completion`: a script for the shell. */
export const completionCommand: Command = {
  name: 'completion',
  describe: 'Print a script that completes commands, options and ids in your shell',
  positionals: [],
  options: { shell: { kind: 'text', describe: 'shell to write for (default: bash)', choices: SHELLS } },
  examples: [
    ['bidlab completion >> ~/.bashrc', 'bash'],
    ['bidlab completion --shell zsh >> ~/.zshrc', 'zsh'],
    ['bidlab completion --shell fish > ~/.config/fish/completions/bidlab.fish', 'fish'],
  ],
  prepare(args) {
    const script = completionScript((args.optionalText('shell') ?? 'bash') as Shell);
    return async (context) => {
      context.print(script);
      return 0;
    };
  },
};
