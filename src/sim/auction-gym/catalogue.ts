import { z } from 'zod';
import { SimError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';

/** What M agents have to show: I items each, by the vector that a user's context is multiplied by and the value of a click. */
export interface Catalogue {
  /** M */
  readonly numAgents: number;
  /** I */
  readonly numItems: number;
  /** E: coordinates of a user's context, without the constant 1 after them. */
  readonly embeddingSize: number;
  /** `[M, I, E + 1]`, the intercept last: true CTR = σ(context · item). */
  readonly items: Float64Array;
  /** `[M, I]` value of a click in currency units, > 0. */
  readonly values: Float64Array;
  /** Law of every coordinate of a user's context. */
  readonly contexts: 'normal' | 'logistic';
}

const fileSchema = z.object({
  items: z.array(z.array(z.array(z.number()).min(2)).min(1)).min(1),
  values: z.array(z.array(z.number().positive()).min(1)).min(1),
});

/**
 * Draws a catalogue as AuctionGym does: item coordinates N(0, 1), intercept −3 − U(0, 1), values LogNormal(0.1, 0.2).
 *
 * Source: AuctionGym (Jeunen et al. 2022, github.com/amzn/auction-gym), `main.py`.
 */
export function drawCatalogue(rng: Rng, size: { agents: number; items: number; embeddingSize: number }): Catalogue {
  const { agents, items: numItems, embeddingSize } = size;
  const width = embeddingSize + 1;
  const items = new Float64Array(agents * numItems * width);
  const values = new Float64Array(agents * numItems);
  for (let a = 0; a < agents; a++) {
    const stream = rng.split(`agent-${a}`);
    for (let i = a * numItems; i < (a + 1) * numItems; i++) {
      for (let d = 0; d < embeddingSize; d++) items[i * width + d] = stream.normal();
      items[i * width + embeddingSize] = -3 - stream.next();
      values[i] = Math.exp(0.1 + 0.2 * stream.normal());
    }
  }
  return { numAgents: agents, numItems, embeddingSize, items, values, contexts: 'normal' };
}

/**
 * The textbook's market: what winning is worth to each agent is uniform on [0, 1], independent of the others. Each agent has one
 * item that looks at a coordinate of its own; a coordinate is logistic, so that σ of it, the click probability, is uniform, and
 * a click is worth one currency unit.
 */
export function uniformCatalogue(agents: number): Catalogue {
  const width = agents + 1;
  const items = new Float64Array(agents * width);
  for (let a = 0; a < agents; a++) items[a * width + a] = 1;
  return {
    ...{ numAgents: agents, numItems: 1, embeddingSize: agents, items },
    values: new Float64Array(agents).fill(1),
    contexts: 'logistic',
  };
}

/**
 * Reads a catalogue from parsed JSON: `items` `[agents][items][coordinates, intercept last]` and `values` `[agents][items]`.
 *
 * @param where File name for error messages.
 * @throws SimError `FILE_INVALID` when the shape is not that.
 */
export function parseCatalogue(json: unknown, where: string): Catalogue {
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new SimError(
      'FILE_INVALID',
      `${where}: ${issue.path.join('.')}: ${issue.message}; expected items [agents][items][coordinates] and values > 0 [agents][items]`,
    );
  }
  const { items, values } = parsed.data;
  const numItems = items[0]!.length;
  const width = items[0]![0]!.length;
  const regular =
    values.length === items.length &&
    values.every((row) => row.length === numItems) &&
    items.every((agent) => agent.length === numItems && agent.every((item) => item.length === width));
  if (!regular) {
    throw new SimError(
      'FILE_INVALID',
      `${where}: expected the same number of items for every agent and of coordinates for every item (the first has ${numItems} × ${width}); complete the rows`,
    );
  }
  return {
    numAgents: items.length,
    numItems,
    embeddingSize: width - 1,
    items: Float64Array.from(items.flat(2)),
    values: Float64Array.from(values.flat()),
    contexts: 'normal',
  };
}

/** The catalogue of the first `agents` agents. @param agents 1 … `catalogue.numAgents`. */
export function firstAgents(catalogue: Catalogue, agents: number): Catalogue {
  const { numItems, embeddingSize } = catalogue;
  return {
    ...catalogue,
    numAgents: agents,
    items: catalogue.items.subarray(0, agents * numItems * (embeddingSize + 1)),
    values: catalogue.values.subarray(0, agents * numItems),
  };
}
