import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { atomicWriteFileSync } from '../../src/core/atomic-write.ts';
import type { MeasureAggregate } from '../../src/eval/measures.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import type { StudyResults } from './study-table.ts';

/*
 * Keeps what README shows of a study's results in results/reference/:
 *
 *     npx tsx experiments/scripts/keep-reference.ts results/rtbgym [chart …]
 *
 * Of the summary what README's table shows, the measure that ranks policies; and the named charts as SVG.
 */

const [folder, ...chartIds] = process.argv.slice(2);
if (folder === undefined) throw new Error('keep-reference: give the results folder of a finished study');
const { rows: _, ...kept } = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')) as StudyResults & {
  rows: unknown;
};
const aggregates = kept.aggregates.filter((entry) => (entry as MeasureAggregate).measure === kept.score);
const target = join(PACKAGE_ROOT, 'results', 'reference', basename(folder));
mkdirSync(target, { recursive: true });
atomicWriteFileSync(join(target, 'summary.json'), `${JSON.stringify({ ...kept, aggregates })}\n`);
for (const id of chartIds) copyFileSync(join(folder, 'charts', `${id}.svg`), join(target, `${id}.svg`));
