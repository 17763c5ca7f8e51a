import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { agents } from '../../agents/registry.ts';
import { atomicWriteFileSync } from '../../src/core/atomic-write.ts';
import { configJsonSchema } from '../../src/core/config-schema.ts';
import type { Aggregate } from '../../src/eval/aggregate.ts';
import { metricTableMarkdown } from '../../src/eval/metrics.ts';
import type { SummaryRow } from '../../src/eval/summary-row.ts';
import { PACING_FEATURES } from '../../src/policy/runtime.ts';
import { compareSchema, ladderSchema } from '../experiment-config.ts';
import { experimentIds, loadExperiment } from '../experiment-file.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { studies } from '../studies/registry.ts';
import { table } from './markdown-table.ts';
import { featureTable, observationTables } from './observation-tables.ts';
import { type PeersSummary, peersTable } from './peers-table.ts';
import { type StudyResults, studyTable } from './study-table.ts';

/*
 * Writes what README and editors take from the code and from the committed reference results:
 *
 *     npx tsx experiments/scripts/update-docs.ts
 *
 * README's blocks between `<!-- name -->` and `<!-- /name -->` are replaced, and those of envs/README.md; a block without its
 * source stays as it is.
 */

/** Committed results of the shipped experiments. */
const REFERENCE = join(PACKAGE_ROOT, 'results', 'reference');

interface Results {
  readonly rows: readonly (SummaryRow & { readonly cost?: number })[];
  readonly aggregates: readonly Aggregate[];
}

/** What stands in each of README's generated blocks; undefined where its source is missing. */
export function documentationBlocks(): Readonly<Record<string, string | undefined>> {
  return {
    observation: featureTable(PACING_FEATURES),
    metrics: metricTableMarkdown(),
    agents: learnerTable(),
    'first-light': withResults('first-light', firstLightTable),
    'rlb-ladder': withResults('rlb-ladder', ladderTable),
    'rlb-learners': withResults('rlb-learners', learnersTable),
    ...Object.fromEntries(studyExperiments().map((id) => [id, withResults(id, studyTable)])),
    peers: peersBlock(),
    'bench:machine': benchMachine(),
    bench: benchTable(),
  };
}

/** Whose steps a learner learns from, in words. */
const LEARNS_FROM = {
  on: 'its own steps (on-policy)',
  off: 'any steps (off-policy)',
  logged: "others' steps",
};

/** Ours and Stable-Baselines3 side by side. */
function peersBlock(): string | undefined {
  const file = join(REFERENCE, 'peers', 'summary.json');
  return existsSync(file) ? peersTable(JSON.parse(readFileSync(file, 'utf8')) as PeersSummary) : undefined;
}

/** What each learner can be used for. */
function learnerTable(): string {
  const mark = (yes: boolean) => (yes ? 'yes' : '–');
  return table(
    [
      'Learner',
      'Discrete actions',
      'Several choices',
      'Continuous actions',
      'Learns from',
      'Keeps a constraint',
      'From logs alone',
    ],
    agents.ids.map((id) => {
      const { title, actionSpaces, policy, constraints, offline } = agents.get(id);
      return [
        `${title} (\`${id}\`)`,
        mark(actionSpaces.includes('discrete')),
        mark(actionSpaces.includes('multi-discrete')),
        mark(actionSpaces.includes('box')),
        LEARNS_FROM[policy],
        mark(constraints),
        mark(offline),
      ];
    }),
  );
}

/** README with its blocks brought up to date. */
export function updatedReadme(readme: string): string {
  return withBlocks(readme, documentationBlocks(), 'README.md');
}

/** envs/README.md with the observations of today. */
export function updatedEnvsReadme(readme: string): string {
  return withBlocks(readme, observationTables(), 'envs/README.md');
}

function withBlocks(document: string, blocks: Readonly<Record<string, string | undefined>>, file: string): string {
  let text = document;
  for (const [name, content] of Object.entries(blocks)) {
    if (content === undefined) continue;
    const open = `<!-- ${name} -->`;
    const close = `<!-- /${name} -->`;
    const [from, to] = [text.indexOf(open), text.indexOf(close)];
    if (from === -1 || to === -1) throw new Error(`${file}: block '${name}' is missing`);
    const body = content.includes('\n') ? `\n${content.trim()}\n` : content;
    text = text.slice(0, from + open.length) + body + text.slice(to);
  }
  return text;
}

/** JSON Schemas of the experiment files, by file name. */
export function experimentSchemas(): Readonly<Record<string, string>> {
  const text = (schema: Parameters<typeof configJsonSchema>[0]) =>
    `${JSON.stringify(configJsonSchema(schema), null, 2)}\n`;
  return {
    'compare.schema.json': text(compareSchema),
    'ladder.schema.json': text(ladderSchema),
    ...Object.fromEntries(studies.ids.map((id) => [`${id}.schema.json`, text(studies.get(id).schema)])),
  };
}

function studyExperiments(): string[] {
  return experimentIds().filter((id) => studies.has(loadExperiment(id, []).config.kind));
}

function withResults(experiment: string, render: (results: Results & StudyResults) => string): string | undefined {
  const file = join(REFERENCE, experiment, 'summary.json');
  return existsSync(file) ? render(JSON.parse(readFileSync(file, 'utf8')) as Results & StudyResults) : undefined;
}

const fractionName = (fraction: number) => `1/${+(1 / fraction).toFixed(2)}`;

function fractionsOf(rows: Results['rows']): number[] {
  return [...new Set(rows.map((row) => row.budgetFraction))].sort((a, b) => a - b);
}

function firstLightTable({ rows, aggregates }: Results): string {
  const fractions = fractionsOf(rows);
  const overall = aggregates.filter((entry) => entry.budgetFraction === null);
  return table(
    ['Policy', 'Value ratio (IQM)', '95 % interval', ...fractions.map(fractionName)],
    overall.map((entry) => [
      entry.kind === 'learner' ? `**${entry.title}**` : entry.title,
      entry.iqm.toFixed(4),
      entry.iqmLow === null ? '' : `${entry.iqmLow.toFixed(4)} – ${entry.iqmHigh!.toFixed(4)}`,
      ...fractions.map((fraction) => {
        const own = aggregates.find((other) => other.policy === entry.policy && other.budgetFraction === fraction);
        return own === undefined ? '' : own.mean.toFixed(3);
      }),
    ]),
  );
}

function ladderTable({ rows }: Results): string {
  return table(
    ['Budget', 'Policy', 'Impressions', 'Clicks', 'Cost (fen CPM)', 'R/R\\*'],
    rows.map((row) => [
      fractionName(row.budgetFraction),
      row.title,
      String(row.impressions),
      String(row.clicks),
      String(row.cost),
      row.valueRatio.toFixed(4),
    ]),
  );
}

function learnersTable({ rows }: Results): string {
  const fractions = fractionsOf(rows);
  const titles = [...new Map(rows.map((row) => [row.policy, row.title]))];
  return table(
    ['Policy (mean over seeds)', ...fractions.map(fractionName)],
    titles.map(([policy, title]) => [
      title,
      ...fractions.map((fraction) => {
        const own = rows.filter((row) => row.policy === policy && row.budgetFraction === fraction);
        return (own.reduce((sum, row) => sum + row.valueRatio, 0) / own.length).toFixed(4);
      }),
    ]),
  );
}

interface BenchResults {
  readonly machine: string;
  readonly figures: readonly { readonly name: string; readonly value: number; readonly unit: string }[];
}

function benchResults(): BenchResults | undefined {
  const file = join(REFERENCE, 'bench.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as BenchResults) : undefined;
}

function benchMachine(): string | undefined {
  return benchResults()?.machine;
}

function benchTable(): string | undefined {
  return benchResults() === undefined
    ? undefined
    : table(
        ['Figure', 'Value', 'Unit'],
        benchResults()!.figures.map(({ name, value, unit }) => [
          `\`${name}\``,
          value >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3),
          unit,
        ]),
      );
}

if (process.argv[1]?.endsWith('update-docs.ts')) {
  for (const [name, updated] of [
    ['README.md', updatedReadme],
    ['envs/README.md', updatedEnvsReadme],
  ] as const) {
    const file = join(PACKAGE_ROOT, name);
    atomicWriteFileSync(file, updated(readFileSync(file, 'utf8')));
  }
  for (const [name, text] of Object.entries(experimentSchemas())) {
    atomicWriteFileSync(join(PACKAGE_ROOT, 'experiments', name), text);
  }
}
