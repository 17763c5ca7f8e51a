import { tapeHash } from '../src/data/tape-file.ts';
import { buildSummary } from '../src/eval/summary.ts';
import { composeVerdict } from '../src/eval/verdict.ts';
import type { ReportData } from '../src/report/report-data.ts';
import { makeManifest } from '../src/store/manifest.ts';
import type { Campaign } from './campaign.ts';
import type { LadderConfig } from './experiment-config.ts';
import { campaignLandscape } from './price-landscape.ts';
import { provenanceOf } from './provenance.ts';
import type { LadderResult } from './rlb-ladder.ts';

/** The ladder as report data: totals as the paper counts them, intervals over the episodes. */
export function ladderReport(
  config: LadderConfig,
  configHash: string,
  campaign: Campaign,
  { totals, episodes }: LadderResult,
): ReportData {
  const { aggregates } = buildSummary(config.experiment, configHash, episodes);
  const now = new Date();
  const manifest = makeManifest({
    backend: 'none',
    configHash,
    tapeHash: tapeHash(campaign.log),
    startedAt: now,
    endedAt: now,
  });
  return {
    experiment: config.experiment,
    configHash,
    title: config.title,
    description: config.description,
    currency: campaign.log.meta.currency,
    valueUnit: campaign.log.meta.valueUnit,
    multiplierUnit: `${campaign.log.meta.currency} bid per expected click`,
    rows: totals,
    aggregates,
    verdict: composeVerdict(aggregates),
    learningCurves: [],
    pacing: [],
    exhaustion: [],
    priceLandscape: campaignLandscape(campaign.info),
    heatmaps: [],
    actions: [],
    warnings: [
      'Value-aware planning takes its distribution of values from the first half of the log that it is judged on; every other policy knows the training statistics alone.',
    ],
    provenance: {
      ...provenanceOf(manifest, campaign.log.meta),
      Campaign: campaign.id,
      Episodes: `${config.horizon} records each, in log order`,
    },
  };
}
