import { existsSync, rmSync } from 'node:fs';
import { finishedRunIds } from '../../src/store/run-store.ts';

/** Does work that fills a results folder; a folder that the work made and then left without any finished run goes again. */
export async function fillingFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const wasThere = existsSync(folder);
  try {
    return await work();
  } catch (error) {
    if (!wasThere && finishedRunIds(folder).length === 0) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
