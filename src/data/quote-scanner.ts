/** Follows the double quotes of a delimited text, one character after the other, to find the first that is at fault. */
export class QuoteScanner {
  /** Line, from 1, on which the last quoted field began; stays at the first fault. */
  openedOn = 1;
  /** Whether a closing quote was followed by anything but a delimiter or the end of the line. */
  isAtFault = false;
  readonly #delimiter: string;
  #state: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  #line = 1;
  #before = '';

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** Whether the text so far ends inside quotes. */
  get isOpen(): boolean {
    return this.#state === 'quoted';
  }

  take(character: string): void {
    if (this.isAtFault) return;
    if (character === '"') this.#takeQuote();
    else this.#takeOther(character);
    const endsLine = character === '\r' || (character === '\n' && this.#before !== '\r');
    if (endsLine) this.#line++;
    this.#before = character;
  }

  #takeQuote(): void {
    if (this.#state === 'start') {
      this.#state = 'quoted';
      this.openedOn = this.#line;
    } else if (this.#state === 'quoted') this.#state = 'closed';
    else if (this.#state === 'closed') this.#state = 'quoted';
  }

  #takeOther(character: string): void {
    if (this.#state === 'quoted') return;
    if (character === this.#delimiter || character === '\n' || character === '\r') this.#state = 'start';
    else if (this.#state === 'closed') this.isAtFault = true;
    else this.#state = 'plain';
  }
}
