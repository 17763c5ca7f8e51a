import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportRequest, Outcome } from '../../src/cli/services.ts';
import { SimError } from '../../src/core/errors.ts';
import type { Bundle } from '../../src/export/bundle.ts';
import { writeBundle } from '../../src/export/write-bundle.ts';
import { type LoadedPolicy, loadPolicy } from '../../src/policy/runtime.ts';

/** `bidlab export`: the best model of a finished run as a bundle that bids elsewhere. */
export async function exportService({ run, out, force }: ExportRequest): Promise<Outcome> {
  const path = bundlePath(run);
  const text = readFileSync(path, 'utf8');
  await readPolicy(text, path);
  const bundle = JSON.parse(text) as Bundle;
  const files = writeBundle(bundle, out, { force });
  return {
    summary: [`${bundle.title}: ${bundle.golden.length} recorded decisions replayed and met exactly before writing.`],
    files,
    json: { run, out, title: bundle.title, checksum: bundle.checksum, goldenVectors: bundle.golden.length, files },
  };
}

/** The bundle in a run's folder. @param lacking What a run that trained nothing lacks, in words. @throws SimError `FILE_NOT_FOUND` naming what is missing. */
export function bundlePath(run: string, lacking = 'nothing to export'): string {
  if (!existsSync(join(run, 'DONE'))) {
    throw new SimError(
      'FILE_NOT_FOUND',
      `${run}: expected the folder of a finished run, such as results/first-light/runs/budget-pacing-v1__ppo__0__…`,
    );
  }
  const path = join(run, 'checkpoint', 'policy.json');
  if (!existsSync(path)) {
    const why = isStudyRun(run)
      ? "runs of a study keep results but no network; name a learner's run of 'bidlab train' or of a comparison"
      : `this run trained nothing, so there is ${lacking}; name a learner's run`;
    throw new SimError('FILE_NOT_FOUND', `${run}: ${why}`);
  }
  return path;
}

/** Studies store the trial that they ran; comparisons the seat. */
function isStudyRun(run: string): boolean {
  const path = join(run, 'config.json');
  return existsSync(path) && 'trial' in (JSON.parse(readFileSync(path, 'utf8')) as object);
}

/** A bundle read, checked and replayed. @throws SimError `BUNDLE_INVALID` naming the file and what is wrong with it. */
export async function readPolicy(text: string, path: string): Promise<LoadedPolicy> {
  try {
    return await loadPolicy(text);
  } catch (cause) {
    throw new SimError('BUNDLE_INVALID', `${path}: ${(cause as Error).message}`, { cause });
  }
}
