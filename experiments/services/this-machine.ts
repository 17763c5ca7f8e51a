import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { MachineView } from './gpu-findings.ts';

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The machine that this process runs on. */
export function thisMachine(): MachineView {
  const require = createRequire(import.meta.url);
  return {
    run: (program, args) =>
      orUndefined(() => execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe', timeout: 10_000 })),
    read: (path) => orUndefined(() => readFileSync(path, 'utf8')),
    list: (path) => orUndefined(() => readdirSync(path)) ?? [],
    libraryPath: process.env['LD_LIBRARY_PATH'] ?? '',
    nativePackage: orUndefined(() => dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'))),
  };
}
