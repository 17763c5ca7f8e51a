import type { ConfigOverride } from '../core/config.ts';
import { parseSet } from './parse-set.ts';
import { BACKENDS, type Backend } from './services.ts';
import { UsageError } from './usage-error.ts';

/** The values of one command line, read with checks that name the option. */
export class Arguments {
  readonly #values: Readonly<Record<string, unknown>>;

  /** @param values Options and positionals by name: text, booleans, or arrays of text for repeated options. */
  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /** True where the flag was given. */
  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  /** @throws UsageError when the option was given twice or without a value. */
  optionalText(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value)) throw new UsageError(`--${name} was given ${value.length} times; give it once`);
    if (value === '') throw new UsageError(`--${name}: no value; write --${name} VALUE`);
    return String(value);
  }

  /** A value that must be there: a positional, or an option without which the command means nothing. */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw new UsageError(`--${name} is missing; write --${name} VALUE`);
    return value;
  }

  /** Every value of a repeatable option or positional. @throws UsageError where the option came without a value. */
  list(name: string): readonly string[] {
    const value = this.#values[name];
    if (value === undefined || value === null) return [];
    const texts = (Array.isArray(value) ? value : [value]).map(String);
    if (texts.length === 0 || texts.includes('')) throw new UsageError(`--${name}: no value; write --${name} VALUE`);
    return texts;
  }

  /** Every value of a positional that takes all that follow and may be left out. */
  optionalList(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** @throws UsageError unless it is a whole number from `low` on. */
  integer(name: string, low: number): number | undefined {
    const text = this.optionalText(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value) || value < low) {
      throw new UsageError(`--${name}: expected a whole number from ${low}, received '${text}'`);
    }
    return value;
  }

  /** @throws UsageError unless it is a number from `low` to `high`. */
  number(name: string, low: number, high: number): number | undefined {
    const text = this.optionalText(name);
    if (text === undefined) return undefined;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= low && value <= high) return value;
    throw new UsageError(`--${name}: expected a number from ${low} to ${high}, received '${text}'`);
  }

  /** One of the option's choices; the parser has checked them. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.optionalText(name);
    return choices.find((choice) => choice === text);
  }

  /** Numbers above 0, each its own `--name` or joined by commas. @throws UsageError on anything else. */
  positiveNumbers(name: string): readonly number[] | undefined {
    const texts = this.list(name).flatMap((text) => text.split(','));
    if (texts.length === 0) return undefined;
    return texts.map((text) => {
      const value = Number(text);
      if (text.trim() === '' || !(value > 0 && Number.isFinite(value))) {
        throw new UsageError(
          `--${name}: expected numbers above 0, for example --${name} 0.125,0.5, received '${text}'`,
        );
      }
      return value;
    });
  }

  /** The settings of every `--set path=JSON`, in order. */
  set(): readonly ConfigOverride[] {
    return this.list('set').map(parseSet);
  }

  /** `--backend`; the parser has checked the choices. */
  backend(): Backend | undefined {
    return this.choice('backend', BACKENDS);
  }
}
