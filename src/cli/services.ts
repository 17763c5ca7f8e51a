import type { ConfigOverride } from '../core/config.ts';

/** A table for people; the CLI aligns it and formats its numbers. */
export interface CliTable {
  readonly title?: string;
  readonly columns: readonly { readonly title: string; readonly align?: 'left' | 'right' }[];
  /** Numbers are shown with thousands separators and four significant digits; null as a dash; text as it is. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** How far a task is. A task is shown from its first update until `done` reaches `total`. */
export interface ProgressUpdate {
  /** Names the task; later updates with the same name replace this one. The first task is taken for the whole. */
  readonly task: string;
  /** What is going on, in words: "dqn, seed 3". */
  readonly label: string;
  /** Units done, those of an earlier start included. */
  readonly done: number;
  /** Units in all; null while unknown. */
  readonly total: number | null;
  /** What the units are: "runs", "rows". None for shares of one. */
  readonly unit?: string;
}

/** What a running service may say, and how it learns that it should stop. */
export interface CliIo {
  /** A remark or warning for people, one line on stderr. */
  note(line: string): void;
  /** Cheap: call it as often as there is news. Also draws, so a busy event loop does not freeze the display. */
  progress(update: ProgressUpdate): void;
  /** Aborted by Ctrl-C: finish or drop what is in flight within a few seconds, and settle or throw the signal's reason. */
  readonly signal: AbortSignal;
}

/** What came of a command. */
export interface Outcome {
  /** Plain sentences, the most important first. */
  readonly summary: readonly string[];
  readonly tables?: readonly CliTable[];
  /** Paths written, the one to open first. */
  readonly files: readonly string[];
  readonly warnings?: readonly string[];
  /** What `--json` prints, and nothing else on stdout. */
  readonly json: unknown;
}

/** Where an experiment comes from and what is changed in it. */
export interface ExperimentSource {
  /** YAML file, or the id of a shipped experiment. */
  readonly file: string;
  readonly data: string | undefined;
  readonly set: readonly ConfigOverride[];
}

/** `bidlab run` */
export interface RunRequest extends ExperimentSource {
  readonly seeds: number | undefined;
  readonly workers: number | undefined;
  readonly backend: Backend | undefined;
  readonly out: string | undefined;
  readonly quick: boolean;
  readonly force: boolean;
  readonly png: boolean;
}

/** `bidlab train`: one learner, one seed. */
export interface TrainRequest extends ExperimentSource {
  /** Policy id; the experiment's first learner where absent. */
  readonly policy: string | undefined;
  /** Folder of a dataset to learn from without acting. */
  readonly dataset: string | undefined;
  readonly seed: number | undefined;
  readonly backend: Backend | undefined;
  readonly out: string | undefined;
  readonly quick: boolean;
  readonly force: boolean;
}

/** Who plays in `bidlab evaluate`. */
export interface Subject {
  /** A folder of a finished run, an exported bundle, a JavaScript module, or the id of a baseline. */
  readonly kind: 'run' | 'bundle' | 'module' | 'id';
  /** Path or id. */
  readonly value: string;
}

/** `bidlab evaluate` */
export interface EvaluateRequest {
  readonly subjects: readonly Subject[];
  /** A tape to play on; the test days of the experiment where absent. */
  readonly tape: string | undefined;
  /** Experiment whose test days and auction are played. */
  readonly experiment: string | undefined;
  readonly data: string | undefined;
  readonly set: readonly ConfigOverride[];
  readonly budgetFractions: readonly number[] | undefined;
  readonly seed: number | undefined;
}

/** What an action of a logged episode can be: a move of λ, a multiplier of a grid, or the multiplier's logarithm. */
export const LOGGED_ACTIONS = ['moves', 'grid', 'log'] as const;

/** `bidlab collect` */
export interface CollectRequest extends ExperimentSource {
  readonly subject: Subject;
  readonly actions: (typeof LOGGED_ACTIONS)[number];
  readonly episodes: number;
  readonly epsilon: number;
  readonly noise: number;
  readonly seed: number;
  readonly out: string;
}

/** `bidlab report` */
export interface ReportRequest {
  readonly dir: string;
  readonly png: boolean;
}

/** `bidlab import` */
export interface ImportRequest {
  readonly input: string;
  /** A known log format, or the YAML that maps the columns. Exactly one of both. */
  readonly format: string | undefined;
  readonly mapping: string | undefined;
  readonly out: string;
  readonly maxBadRows: number;
}

/** `bidlab generate` */
export interface GenerateRequest {
  /** YAML file of a market, or the id of a shipped preset. */
  readonly market: string;
  readonly set: readonly ConfigOverride[];
  readonly seed: number | undefined;
  readonly out: string;
}

/** `bidlab export` */
export interface ExportRequest {
  readonly run: string;
  readonly out: string;
  readonly force: boolean;
}

/** `bidlab explain` */
export interface ExplainRequest {
  readonly run: string;
  readonly data: string | undefined;
  /** `explain` in the run's folder where absent. */
  readonly out: string | undefined;
  /** Names of the two features of the heat map; the most important ones where absent. */
  readonly features: readonly string[] | undefined;
  readonly episodes: number | undefined;
  readonly leaves: number | undefined;
  readonly seed: number | undefined;
  readonly png: boolean;
}

/** One figure of `bidlab bench`. */
export interface BenchFigure {
  readonly name: string;
  /** Null where the figure was skipped. */
  readonly value: number | null;
  readonly unit: string;
  /** Of a figure of another program: how many times the figure of ours measured in the same run it is. */
  readonly ratio?: { readonly to: string; readonly times: number };
  /** Why the figure was skipped: the program that it measures is not installed. */
  readonly skipped?: string;
}

/** One finding of `bidlab doctor`. */
export interface DoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  /** Whether bidlab cannot work without it; then a failure makes the exit code 1. */
  readonly required: boolean;
  readonly detail: string;
  readonly remedy?: string;
}

/** What `bidlab doctor --train-probe` found. */
export interface TrainProbe {
  /** Whether what was asked for trains; otherwise the exit code is 1. */
  readonly ok: boolean;
  readonly outcome: Outcome;
}

/** Things of one kind that `bidlab list` shows and shell completion offers. */
export interface ListSection {
  /** Plural word: "agents". */
  readonly kind: ListKind;
  readonly entries: readonly { readonly id: string; readonly title: string; readonly description?: string }[];
}

/** What can be listed. */
export const LIST_KINDS = [
  'environments',
  'agents',
  'baselines',
  'bidders',
  'auctions',
  'markets',
  'experiments',
  'studies',
  'charts',
  'metrics',
  'benchmarks',
  'formats',
] as const;

/** One of {@link LIST_KINDS}. */
export type ListKind = (typeof LIST_KINDS)[number];

/** Where networks are trained, in the words of the command line. */
export const BACKENDS = ['auto', 'cuda', 'tensorflow', 'simd', 'wasm', 'cpu'] as const;

/** One of {@link BACKENDS}. */
export type Backend = (typeof BACKENDS)[number];

/**
 * Everything the command line can do. The CLI knows no domain: the composition root implements this and hands it in.
 *
 * A service throws SimError for what its caller did wrong; the CLI prints one line and exits with 1.
 */
export interface CliServices {
  readonly version: string;
  run(request: RunRequest, io: CliIo): Promise<Outcome>;
  train(request: TrainRequest, io: CliIo): Promise<Outcome>;
  collect(request: CollectRequest, io: CliIo): Promise<Outcome>;
  evaluate(request: EvaluateRequest, io: CliIo): Promise<Outcome>;
  report(request: ReportRequest, io: CliIo): Promise<Outcome>;
  /** Fast: shell completion waits for it. */
  list(): Promise<readonly ListSection[]>;
  importLog(request: ImportRequest, io: CliIo): Promise<Outcome>;
  generate(request: GenerateRequest, io: CliIo): Promise<Outcome>;
  /** @param only Names (or beginnings of names) of figures; all where empty. */
  bench(only: readonly string[], io: CliIo): AsyncIterable<BenchFigure>;
  doctor(data: string | undefined, io: CliIo): Promise<readonly DoctorCheck[]>;
  /** @param backend The one that must train; every one that works here where undefined. */
  trainProbe(backend: Backend | undefined, io: CliIo): Promise<TrainProbe>;
  exportRun(request: ExportRequest, io: CliIo): Promise<Outcome>;
  explain(request: ExplainRequest, io: CliIo): Promise<Outcome>;
}
