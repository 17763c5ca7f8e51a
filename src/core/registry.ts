import { SimError } from './errors.ts';

/** A closed set of named entries of one kind; ids are the keys of the object it was made from. */
export interface Registry<T> {
  /** What the entries are, in words for error messages: "auction mechanism". */
  readonly kind: string;
  /** All ids in the order they were written. */
  readonly ids: readonly string[];
  has(id: string): boolean;
  /** @throws SimError `UNKNOWN_ID` with "did you mean" and the known ids. */
  get(id: string): T;
}

/** Makes a registry from an object literal. `get('constructor')` is an error, not Object's constructor. */
export function makeRegistry<T>(kind: string, entries: Readonly<Record<string, T>>): Registry<T> {
  const ids = Object.keys(entries);
  return {
    kind,
    ids,
    has: (id) => Object.hasOwn(entries, id),
    get(id) {
      if (Object.hasOwn(entries, id)) return entries[id]!;
      throw new SimError('UNKNOWN_ID', `${unknownIdMessage(kind, id, ids)}`);
    },
  };
}

/** "unknown policy 'rbl'; did you mean 'rlb'? Known: …" */
export function unknownIdMessage(kind: string, id: string, known: readonly string[]): string {
  const nearest = didYouMean(id, known);
  const hint = nearest === undefined ? '' : `; did you mean '${nearest}'?`;
  return `unknown ${kind} '${id}'${hint === '' ? '.' : hint} Known: ${known.join(', ')}`;
}

/** The known word nearest to `word` by edit distance, or undefined when none is close. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length * 0.4)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance by one rolling row. */
function editDistance(a: string, b: string): number {
  const row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0]!;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const substitution = diagonal + (a[i - 1] === b[j - 1] ? 0 : 1);
      diagonal = row[j]!;
      row[j] = Math.min(substitution, diagonal + 1, row[j - 1]! + 1);
    }
  }
  return row[b.length]!;
}
