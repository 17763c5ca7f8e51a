import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import nodeUtil from 'node:util';
import { SimError } from '../core/errors.ts';
import type { Tfjs } from './load-tfjs.ts';

const GPU_PACKAGE = '@tensorflow/tfjs-node-gpu';
const CPU_PACKAGE = '@tensorflow/tfjs-node';

const GPU_REMEDY =
  `install an NVIDIA driver, CUDA 11.2 and cuDNN 8.1 on Linux x64 or Windows, then run npm install ${GPU_PACKAGE}@4.22.0 ` +
  'with internet access, or use --backend wasm';
const CPU_REMEDY = `run npm install ${CPU_PACKAGE}@4.22.0 with internet access, or scripts/build-native-tensorflow.sh of a clone of bidlab without it, or use --backend wasm`;

/** A loaded native TensorFlow. */
interface NativeTfjs {
  readonly tf: Tfjs;
  readonly description: string;
}

/** The loaded package or the reason why it does not load, kept because a second import would not try again. */
const attempts = new Map<string, Promise<Tfjs>>();

function importNative(packageName: string): Promise<Tfjs> {
  let attempt = attempts.get(packageName);
  if (attempt === undefined) {
    prepareProcess();
    attempt = isBuilt(packageName)
      ? import(packageName).then((module: { default?: Tfjs } & Tfjs) => module.default ?? module)
      : Promise.reject(new Error(NO_ADDON));
    attempts.set(packageName, attempt);
  }
  return attempt;
}

const NO_ADDON = 'its native addon is missing';

/**
 * Whether an installed package has its compiled part, which its install script downloads: looking is 0.2 s faster than
 * importing what cannot work, and says nothing on stderr. A package that is not there is left to `import` to report.
 */
function isBuilt(packageName: string): boolean {
  try {
    return existsSync(join(dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`)), 'lib'));
  } catch {
    return true;
  }
}

/** What the native packages need from the process before they are loaded. */
function prepareProcess(): void {
  // Node 23 removed two functions that version 4.22.0 calls.
  const legacy = nodeUtil as unknown as Record<string, unknown>;
  legacy['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  legacy['isArray'] ??= Array.isArray;
  // Without it TensorFlow takes the whole GPU for one process.
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  // Errors only: the library prints its build flags otherwise.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
}

/** The reason of a failed import in a few words. */
function reason(packageName: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(packageName))
    return `package ${packageName} is not installed`;
  if (message === NO_ADDON || message.includes('tfjs_binding.node) can not')) {
    return `package ${packageName} is installed without its native addon (its install script downloads it)`;
  }
  return `package ${packageName} does not load (${message.split('\n', 1)[0]})`;
}

async function loadCuda(): Promise<NativeTfjs> {
  let tf: Tfjs;
  try {
    tf = await importNative(GPU_PACKAGE);
  } catch (cause) {
    throw new SimError('BACKEND_UNAVAILABLE', `cuda: ${reason(GPU_PACKAGE, cause)}; ${GPU_REMEDY}`, { cause });
  }
  if (!(await usesGpu(tf))) {
    const what = 'TensorFlow loads but finds no GPU device that it can use (driver, CUDA 11.2 or cuDNN 8.1 missing)';
    throw new SimError('BACKEND_UNAVAILABLE', `cuda: ${what}; ${GPU_REMEDY}`);
  }
  return { tf, description: `cuda (${libraryVersion(tf)} on GPU)` };
}

async function loadOnCpu(): Promise<NativeTfjs> {
  // Hides the GPU from the GPU package, unless a GPU is already in use in this process.
  if (!attempts.has(GPU_PACKAGE)) process.env['CUDA_VISIBLE_DEVICES'] = '-1';
  const failures: string[] = [];
  for (const packageName of [GPU_PACKAGE, CPU_PACKAGE]) {
    try {
      const tf = await importNative(packageName);
      const device = (await usesGpu(tf)) ? 'GPU, which this process already uses' : 'CPU';
      return { tf, description: `tensorflow (${libraryVersion(tf)} on ${device})` };
    } catch (error) {
      failures.push(reason(packageName, error));
    }
  }
  throw new SimError('BACKEND_UNAVAILABLE', `tensorflow: ${failures.join(' and ')}; ${CPU_REMEDY}`);
}

/** Makes the native backend current, runs one operation and asks where it ran. */
async function usesGpu(tf: Tfjs): Promise<boolean> {
  await tf.setBackend('tensorflow');
  tf.tidy(() => tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync());
  return (tf.backend() as { isUsingGpuDevice?: unknown }).isUsingGpuDevice === true;
}

function libraryVersion(tf: Tfjs): string {
  const version = (tf.backend() as { binding?: { TF_Version?: unknown } }).binding?.TF_Version;
  return typeof version === 'string' ? `TensorFlow ${version}` : 'TensorFlow';
}

/**
 * Loads native TensorFlow by dynamic import: the packages are optional, and their install needs a download.
 *
 * @throws SimError `BACKEND_UNAVAILABLE` naming the package, addon or device that is missing.
 */
export function loadNative(backend: 'cuda' | 'tensorflow'): Promise<NativeTfjs> {
  return backend === 'cuda' ? loadCuda() : loadOnCpu();
}
