import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { atomicWriteFileSync, outputError } from '../core/atomic-write.ts';
import { SimError } from '../core/errors.ts';

/** Marks a folder as the results of one experiment. */
const MARKER_FILE = 'experiment.json';

/** What may be removed when another experiment takes the folder over. */
const OWN_ENTRIES = [
  MARKER_FILE,
  'runs',
  'charts',
  'report.html',
  'report-data.json',
  'summary.json',
  'summary.csv',
] as const;

/** What `experiment.json` holds. */
interface Marker {
  readonly schemaVersion: 1;
  readonly experiment: string;
  readonly configHash: string;
}

/**
 * Opens the folder that an experiment writes to: creates it, or takes up an unfinished or finished one of the same
 * experiment and configuration.
 *
 * @param folder The results folder itself; created with its parents.
 * @param force Takes over a folder of another experiment: what bidlab wrote there is removed, nothing else.
 * @throws SimError `OUTPUT_CONFLICT` when the folder holds another experiment, or files that are not bidlab's (these are
 * never removed, not even by force); `OUTPUT_FAILED` when it cannot be created.
 */
export function openExperimentFolder(folder: string, experiment: string, configHash: string, force = false): void {
  const remedy = `choose another folder with --out, or replace its results with --force`;
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new SimError('OUTPUT_CONFLICT', `${folder}: expected a folder, found a file; choose another one with --out.`);
  }
  const marker = existsSync(folder) ? readMarker(folder) : null;
  if (marker === null) {
    refuseForeignFiles(folder);
  } else if (marker.experiment !== experiment || marker.configHash !== configHash) {
    if (!force) {
      const other =
        marker.experiment === experiment
          ? `'${experiment}' under another configuration (${marker.configHash.slice(0, 8)}, not ${configHash.slice(0, 8)})`
          : `another experiment, '${marker.experiment}'`;
      throw new SimError('OUTPUT_CONFLICT', `${folder}: already holds the results of ${other}; ${remedy}.`);
    }
    for (const entry of OWN_ENTRIES) rmSync(join(folder, entry), { recursive: true, force: true });
  }
  writeMarker(folder, { schemaVersion: 1, experiment, configHash });
}

function writeMarker(folder: string, marker: Marker): void {
  try {
    mkdirSync(join(folder, 'runs'), { recursive: true });
  } catch (error) {
    throw outputError(folder, error);
  }
  atomicWriteFileSync(join(folder, MARKER_FILE), `${JSON.stringify(marker, null, 2)}\n`);
}

function refuseForeignFiles(folder: string): void {
  if (!existsSync(folder)) return;
  const [first] = readdirSync(folder);
  if (first === undefined) return;
  throw new SimError(
    'OUTPUT_CONFLICT',
    `${folder}: expected an empty folder or bidlab results, found '${first}' and no ${MARKER_FILE}; choose another folder with --out.`,
  );
}

function readMarker(folder: string): Marker | null {
  const path = join(folder, MARKER_FILE);
  if (!existsSync(path)) return null;
  try {
    const marker = JSON.parse(readFileSync(path, 'utf8')) as Partial<Marker>;
    if (typeof marker.experiment === 'string' && typeof marker.configHash === 'string') return marker as Marker;
  } catch {
    // Falls through to the refusal: a marker that cannot be read protects the folder all the same.
  }
  throw new SimError(
    'OUTPUT_CONFLICT',
    `${folder}: its ${MARKER_FILE} cannot be read, so whose results it holds is unknown; choose another folder with --out.`,
  );
}
