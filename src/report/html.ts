/** Text as HTML: the five characters that mean something there are escaped. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON for a `<script type="application/json">`: no `<` can end the element. */
export function embedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** JavaScript for an inline `<script>`: neither `</script` nor `<!--` may appear in it, as text or otherwise. */
export function embedScript(source: string): string {
  return source.replace(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');
}

/** An HTML table: head cells, then rows of cells that are HTML already. The first cell of a row is its heading. */
export function htmlTable(
  head: readonly string[],
  rows: readonly { readonly cells: readonly string[]; readonly className?: string }[],
): string {
  const headHtml = head.map((cell) => `<th scope="col">${cell}</th>`).join('');
  const body = rows.map(({ cells, className }) => {
    const [first = '', ...rest] = cells;
    const attribute = className === undefined ? '' : ` class="${escapeHtml(className)}"`;
    return `<tr${attribute}><th scope="row">${first}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr>${headHtml}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`;
}

/** {@link htmlTable} of sentences: wrapped, aligned to the left. */
export function wordsTable(head: readonly string[], rows: readonly { readonly cells: readonly string[] }[]): string {
  return htmlTable(head, rows).replace('<table>', '<table class="words">');
}
