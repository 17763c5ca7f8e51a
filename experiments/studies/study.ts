import type { TopLevelSpec } from 'vega-lite';
import type { z } from 'zod';
import type { Measure, StudyRow } from '../../src/eval/measures.ts';
import type { Verdict } from '../../src/eval/verdict.ts';
import type { Engine } from '../../src/nn/network.ts';

export type { Measure, StudyRow } from '../../src/eval/measures.ts';

/** A kind of experiment with measures of its own: revenue, conversions, pacing error, … */
export interface Study<Config extends StudyConfig, Trial extends StudyTrial, Result> {
  /** The `kind` that experiment files name. */
  readonly kind: Config['kind'];
  /** Settings of an experiment file: a strict object whose `kind` is the literal {@link kind}. */
  readonly schema: z.ZodObject & z.ZodType<Config>;
  /**
   * True where every trial carries the policy that it plays: `runTrial` then gets an empty `policies` list, and a policy may
   * be added later without running the others again.
   */
  readonly trialsCarryPolicies?: boolean;
  /** The same settings made small: a rough result in well under a minute. */
  quickened(config: Config): Config;
  /**
   * Everything that must be run, checked as a whole before anything runs; plain JSON.
   *
   * @throws SimError on a bad policy, missing data, impossible settings.
   */
  trials(config: Config, context: StudyContext): Promise<readonly Trial[]> | readonly Trial[];
  /**
   * Runs one trial: a function of its arguments, so that trials may run in any order and in any worker.
   *
   * @returns Plain JSON; kept on disk, so that a second start skips finished trials.
   */
  runTrial(config: Config, trial: Trial, context: TrialContext): Promise<Result>;
  /** Puts results together, in the order of {@link trials}. */
  assemble(
    config: Config,
    finished: readonly { readonly trial: Trial; readonly result: Result }[],
    context: StudyContext,
  ): Promise<StudyResult> | StudyResult;
}

/** What every study's settings have; see `study-fields.ts` for their schema. */
export interface StudyConfig {
  readonly experiment: string;
  readonly kind: string;
  readonly title: string;
  readonly description: string;
  /** Number of seeds, 0 … n − 1. */
  readonly seeds: number;
}

/** One unit of work; plain JSON. Everything that a result depends on is in here or in the settings. */
export interface StudyTrial {
  /** Unique among the trials of one seed; lower-case words joined by hyphens. */
  readonly id: string;
  /** Words for progress: "DQN". */
  readonly title: string;
  readonly seed: number;
  /** Expected work against other trials, any unit. */
  readonly cost: number;
}

/** Where a study finds its data. */
export interface StudyContext {
  /** Folder that relative paths of the experiment start from. */
  readonly baseFolder: string;
  /** What `--data` names. */
  readonly dataFolder: string | undefined;
}

/** What a trial may use. */
export interface TrialContext extends StudyContext {
  /** The engine that trains; loaded on first use. */
  engine(): Promise<Engine>;
  /** Tells the share of the trial done, 0 … 1; cheap. */
  onShare(share: number): void;
}

/** A figure of a study's report. */
export interface StudyChart {
  /** Lower-case words joined by hyphens: name of its files. */
  readonly id: string;
  readonly title: string;
  /** What is seen and how to read it, one to three sentences. */
  readonly caption: string;
  readonly spec: TopLevelSpec;
}

/** Everything a finished study says; plain JSON. */
export interface StudyResult {
  readonly rows: readonly StudyRow[];
  /** Measures in the order of the headline table, by row field. */
  readonly measures: Readonly<Record<string, Measure>>;
  /** The measure that ranks policies. */
  readonly score: string;
  /** Row fields that part the rows: results are aggregated, and policies compared, within each combination. */
  readonly strata: readonly { readonly field: string; readonly title: string }[];
  /** Row fields besides the seed that name what was played (day, advertiser): rows of two policies pair by seed and these. */
  readonly units?: readonly string[];
  readonly verdict: Verdict;
  /** In reading order. */
  readonly charts: readonly StudyChart[];
  /** What the reader should know before relying on the numbers. */
  readonly warnings: readonly string[];
  /** Label in words → value in words. */
  readonly provenance: Readonly<Record<string, string>>;
}
