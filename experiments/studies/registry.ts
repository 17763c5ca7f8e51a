import { makeRegistry } from '../../src/core/registry.ts';
import { auctionGymStudy } from './auction-gym/study.ts';
import { auctionNet } from './auction-net/study.ts';
import { bidShading } from './bid-shading/study.ts';
import { keywordBidding } from './keyword-bidding/study.ts';
import { lambdaRobustness } from './lambda-robustness/study.ts';
import { learnersStudy } from './learners/study.ts';
import { marketStudy } from './market/study.ts';
import { pacingDay } from './pacing-day/study.ts';
import { delayedConversions } from './response/study.ts';
import { rtbGym } from './rtbgym/study.ts';
import type { Study, StudyConfig, StudyTrial } from './study.ts';

/** A study whatever its settings, trials and results are. */
export type AnyStudy = Study<StudyConfig, StudyTrial, unknown>;

/** Add a kind of study here, under its `kind`; `bidlab run`, its schema and its docs pick it up by id. */
export const studies = makeRegistry<AnyStudy>('kind of experiment', {
  auctiongym: auctionGymStudy,
  auctionnet: auctionNet,
  'delayed-conversions': delayedConversions,
  'bid-shading': bidShading,
  'keyword-bidding': keywordBidding,
  'lambda-robustness': lambdaRobustness,
  learners: learnersStudy,
  'pacing-day': pacingDay,
  rtbgym: rtbGym,
  market: marketStudy,
});
