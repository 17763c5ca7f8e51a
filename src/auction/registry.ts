import { makeRegistry } from '../core/registry.ts';
import { firstPrice } from './first-price.ts';
import { gsp } from './gsp.ts';
import { gspQuality } from './gsp-quality.ts';
import type { AuctionMechanism } from './mechanism.ts';
import { secondPrice } from './second-price.ts';
import { softFloor } from './soft-floor.ts';
import { vcg } from './vcg.ts';

/** Add an auction format here; the conformance suite and `bidlab list` pick it up by id. */
export const mechanisms = makeRegistry<AuctionMechanism>('auction mechanism', {
  'first-price': firstPrice,
  'second-price': secondPrice,
  'soft-floor': softFloor,
  gsp,
  'gsp-quality': gspQuality,
  vcg,
});
