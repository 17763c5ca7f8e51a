import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a result came from. The only place in a run's folder where clock and machine may appear. */
export interface Manifest {
  readonly schemaVersion: 1;
  readonly bidlab: string;
  /** Commit of the source tree and whether it had changes; null outside a git checkout. */
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  readonly node: string;
  /** Versions of the packages that numbers depend on. */
  readonly packages: Readonly<Record<string, string>>;
  /** Engine that trained: 'wasm', 'cpu', …; 'none' where nothing was trained. */
  readonly backend: string;
  /** Name of the GPU the engine used; null for none. */
  readonly gpu: string | null;
  readonly platform: string;
  readonly cpu: { readonly model: string; readonly cores: number };
  readonly memoryBytes: number;
  /** SHA-256, hex. */
  readonly configHash: string;
  /** SHA-256 of the tape's columns, hex; null where a run plays no tape. */
  readonly tapeHash: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
}

/** What the caller of {@link makeManifest} knows. */
export interface ManifestFacts {
  readonly backend: string;
  readonly gpu?: string | null;
  readonly configHash: string;
  readonly tapeHash: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

const PACKAGES = [
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-node-gpu',
  'fast-csv',
  'seedrandom',
  'vega',
  'vega-lite',
];

/** The manifest of a run: facts of the caller beside those of the machine, the packages and the source tree. */
export function makeManifest(facts: ManifestFacts): Manifest {
  const processors = cpus();
  return {
    schemaVersion: 1,
    bidlab: bidlabVersion(),
    git: gitState(packageRoot()),
    node: process.version,
    packages: packageVersions(),
    backend: facts.backend,
    gpu: facts.gpu ?? null,
    platform: `${platform()} ${arch()}`,
    cpu: { model: processors[0]?.model.trim() ?? 'unknown', cores: processors.length },
    memoryBytes: totalmem(),
    configHash: facts.configHash,
    tapeHash: facts.tapeHash,
    startedAt: facts.startedAt.toISOString(),
    endedAt: facts.endedAt.toISOString(),
  };
}

/** Version of bidlab itself, from its package.json. */
export function bidlabVersion(): string {
  return readVersion(join(packageRoot(), 'package.json')) ?? 'unknown';
}

/** The nearest folder above this file with bidlab's package.json; in a build that is above `dist/`. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (dirname(folder) !== folder) {
    if (readName(join(folder, 'package.json')) === 'bidlab') return folder;
    folder = dirname(folder);
  }
  return process.cwd();
}

function packageVersions(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of PACKAGES) {
    const version = findVersion(packageRoot(), name);
    if (version !== undefined) found[name] = version;
  }
  return found;
}

/** Installed version of a package, looked for as Node does: in `node_modules` here and above. */
function findVersion(from: string, name: string): string | undefined {
  const version = readVersion(join(from, 'node_modules', name, 'package.json'));
  if (version !== undefined || dirname(from) === from) return version;
  return findVersion(dirname(from), name);
}

function readVersion(path: string): string | undefined {
  return readField(path, 'version');
}

function readName(path: string): string | undefined {
  return readField(path, 'name');
}

function readField(path: string, field: string): string | undefined {
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const value = (json as Record<string, unknown>)[field];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function gitState(root: string): Manifest['git'] {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    // A package installed inside somebody else's repository must not claim their commit.
    if (git('rev-parse', '--show-prefix') !== '') return null;
    return { commit: git('rev-parse', 'HEAD'), dirty: git('status', '--porcelain', '--untracked-files=no') !== '' };
  } catch {
    return null;
  }
}
