/**
 * bidlab's simulator, learning and evaluation parts.
 *
 * @module
 */

export * from './auction/batch.ts';
export * from './auction/billing.ts';
export * from './auction/mechanism.ts';
export { minToWin } from './auction/min-to-win.ts';
export { mechanisms } from './auction/registry.ts';
export { makeReserve, type ReserveConfig, type ReserveStrategy, reserveSchema } from './auction/reserve.ts';
export * from './auction/slots.ts';
export { fractionalKnapsack, knapsackCurve, knapsackValue } from './bidding/knapsack.ts';
export { empiricalLandscape } from './bidding/landscape-empirical.ts';
export type { LandscapeEstimate } from './bidding/landscape-estimate.ts';
export { fitLandscape, type LandscapeFit } from './bidding/landscape-fit.ts';
export { gammaLandscape } from './bidding/landscape-gamma.ts';
export { isotonicLandscape } from './bidding/landscape-isotonic.ts';
export { kaplanMeierLandscape } from './bidding/landscape-kaplan-meier.ts';
export type { LandscapeLaw } from './bidding/landscape-law.ts';
export { logLogisticLandscape } from './bidding/landscape-log-logistic.ts';
export { logNormalLandscape } from './bidding/landscape-log-normal.ts';
export * from './bidding/landscape-observations.ts';
export { solveRlb } from './bidding/rlb-dp.ts';
export {
  bestConstantResponse,
  type ShadingMarket,
  symmetricShadingEquilibrium,
  uniformShadingEquilibrium,
} from './bidding/shading-equilibrium.ts';
export { bestShadedBid, expectedSurplus } from './bidding/shading-search.ts';
export { solveValueAware, valueLevels } from './bidding/value-aware-dp.ts';
export * from './campaign/kpi.ts';
export { Ledger } from './campaign/ledger.ts';
export * from './core/agent.ts';
export { checkEnv } from './core/check-env.ts';
export { checkParallelEnv } from './core/check-parallel-env.ts';
export { checkVectorEnv } from './core/check-vector-env.ts';
export { parseConfig, parseYamlConfig } from './core/config.ts';
export { configJsonSchema, describeSchema } from './core/config-schema.ts';
export * from './core/env.ts';
export { ENV_RULES, type EnvCheckOptions, type EnvRule, type RuleViolation } from './core/env-rules.ts';
export * from './core/episode-dataset.ts';
export { type ErrorCode, SimError } from './core/errors.ts';
export { frameStack } from './core/frame-stack.ts';
export * from './core/parallel-env.ts';
export * from './core/policy.ts';
export { makeRegistry, type Registry } from './core/registry.ts';
export { Rng, type RngState } from './core/rng.ts';
export { singleEnv } from './core/single-env.ts';
export * from './core/space.ts';
export * from './core/units.ts';
export * from './core/vector-env.ts';
export { readDataset, writeDataset } from './data/dataset-file.ts';
export { describeTape } from './data/describe-tape.ts';
export { importLog, readLog } from './data/import-log.ts';
export { allocateTape, type Tape, type TapeMeta } from './data/tape.ts';
export { readTape, tapeHash, writeTape } from './data/tape-file.ts';
export { type Aggregate, aggregate } from './eval/aggregate.ts';
export { buildSummary, parseSummary, type Summary } from './eval/summary.ts';
export type { SummaryRow } from './eval/summary-row.ts';
export { composeVerdict } from './eval/verdict.ts';
export { exportBundle } from './export/bundle.ts';
export { writeBundle } from './export/write-bundle.ts';
export * from './market/feedback.ts';
export * from './market/feedback-delivery.ts';
export { FeedbackLedger } from './market/feedback-ledger.ts';
export { FeedbackQueue } from './market/feedback-queue.ts';
export type { Engine, MlpSpec, Network } from './nn/network.ts';
export { type BackendChoice, probeBackends, selectEngine } from './nn/select-backend.ts';
export { writeReport } from './report/write-report.ts';
export { bruteForceStep } from './sim/brute-force.ts';
export {
  cutByDay,
  cutByRecords,
  type FlightWindow,
  flightWindows,
  type TrafficPlan,
  trafficPlan,
} from './sim/flight-window.ts';
export { generateTape } from './sim/generate-tape.ts';
export { openHouse } from './sim/market/house.ts';
export { type AgentSeat, agentSeatSchema, type HouseConfig, houseConfigSchema } from './sim/market/house-config.ts';
export { playMarket } from './sim/market/play-market.ts';
export { type MarketConfig, marketConfigSchema } from './sim/market-config.ts';
export { type Flight, type FlightResult, playFlights } from './sim/play-flights.ts';
export { Replay } from './sim/replay.ts';
export { hasCheckpoint, loadCheckpoint, saveCheckpoint } from './store/checkpoint.ts';
export { type Behaviour, type CollectOptions, collectEpisodes, joinDatasets } from './train/collect-episodes.ts';
export { learnOffline } from './train/learn-offline.ts';
export { type TrainRecord, train } from './train/train.ts';
