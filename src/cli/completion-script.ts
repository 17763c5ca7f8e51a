/** Shells with completion. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** The hidden first word that asks for completions; the words of the line follow, the last one unfinished. */
export const COMPLETE_WORD = '--complete-words';

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# bidlab completion for bash
_bidlab_complete() {
  local IFS=$'\\n'
  COMPREPLY=($(bidlab ${COMPLETE_WORD} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -o bashdefault -F _bidlab_complete bidlab`,
  zsh: `# bidlab completion for zsh
_bidlab_complete() {
  local -a found
  found=("\${(@f)$(bidlab ${COMPLETE_WORD} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -a found; else _files; fi
}
compdef _bidlab_complete bidlab`,
  fish: `# bidlab completion for fish
complete -c bidlab -a '(bidlab ${COMPLETE_WORD} (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
};

/** The script that a shell sources; it asks the program itself, so new ids appear without a new script. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
