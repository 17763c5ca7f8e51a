import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { atomicWriteFileSync } from '../../src/core/atomic-write.ts';
import { PACKAGE_ROOT } from '../package-root.ts';

/*
 * Keeps what README shows of a study's results in results/reference/:
 *
 *     npx tsx experiments/scripts/keep-reference.ts results/rtbgym [chart …]
 *
 * The summary without its rows, and the named charts as SVG.
 */

const [folder, ...chartIds] = process.argv.slice(2);
if (folder === undefined) throw new Error('keep-reference: give the results folder of a finished study');
const { rows: _, ...kept } = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')) as { rows: unknown };
const target = join(PACKAGE_ROOT, 'results', 'reference', basename(folder));
mkdirSync(target, { recursive: true });
atomicWriteFileSync(join(target, 'summary.json'), `${JSON.stringify(kept)}\n`);
for (const id of chartIds) copyFileSync(join(folder, 'charts', `${id}.svg`), join(target, `${id}.svg`));
