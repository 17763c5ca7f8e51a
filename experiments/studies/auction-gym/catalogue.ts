import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SimError } from '../../../src/core/errors.ts';
import { Rng } from '../../../src/core/rng.ts';
import {
  type Catalogue,
  drawCatalogue,
  firstAgents,
  parseCatalogue,
  uniformCatalogue,
} from '../../../src/sim/auction-gym/catalogue.ts';
import type { StudyContext } from '../study.ts';
import type { AuctionGymConfig } from './settings.ts';

/**
 * The catalogue of a seed: the data folder's, cut to the agents asked for, or one drawn from the seed; the same for all seeds
 * where values are uniform.
 *
 * @throws SimError `FILE_NOT_FOUND` when the data folder has none, `FILE_INVALID` when it is broken, `CONFIG_INVALID` when it is
 * smaller than the settings ask for.
 */
export function catalogueOf(config: AuctionGymConfig, seed: number, { dataFolder }: StudyContext): Catalogue {
  const { agents, items, embeddingSize } = config;
  if (config.values === 'uniform') return uniformCatalogue(agents);
  if (dataFolder === undefined) {
    return drawCatalogue(new Rng(`auction-gym/catalogue/${seed}`), { agents, items, embeddingSize });
  }
  const file = join(dataFolder, config.catalogue);
  const catalogue = parseCatalogue(parseJson(file), file);
  const fits =
    catalogue.numAgents >= agents && catalogue.numItems === items && catalogue.embeddingSize === embeddingSize;
  if (!fits) {
    throw new SimError(
      'CONFIG_INVALID',
      `${file}: expected at least ${agents} agents with ${items} items of ${embeddingSize} coordinates, found ${catalogue.numAgents} with ${catalogue.numItems} of ${catalogue.embeddingSize}; set agents, items and embeddingSize accordingly`,
    );
  }
  return firstAgents(catalogue, agents);
}

function parseJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new SimError('FILE_NOT_FOUND', `${file}: no such catalogue; name a folder that has it, or none`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SimError('FILE_INVALID', `${file}: is not JSON; give a catalogue with items and values`, { cause });
  }
}
