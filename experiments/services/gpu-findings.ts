import type { DoctorCheck } from '../../src/cli/services.ts';

/** How the GPU checks look at a machine; tests hand in a made-up one. */
export interface MachineView {
  /** Standard output of a program, or undefined where it is missing or fails. */
  run(program: string, args: readonly string[]): string | undefined;
  /** Content of a text file, or undefined. */
  read(path: string): string | undefined;
  /** Names in a folder; none where it does not exist. */
  list(path: string): readonly string[];
  /** Value of LD_LIBRARY_PATH. */
  readonly libraryPath: string;
  /** Folder of the installed package `@tensorflow/tfjs-node-gpu`, or undefined. */
  readonly nativePackage: string | undefined;
}

/**
 * Shared libraries that TensorFlow 2.9.1 (what `@tensorflow/tfjs-node-gpu` 4.22.0 downloads) opens for a GPU, with the names
 * that CUDA 11.2 and cuDNN 8.1 give them. Source: tensorflow.org/install/source, tested build configurations.
 */
const CUDA_LIBRARIES = [
  { part: 'CUDA runtime', stem: 'libcudart.so', needed: 'libcudart.so.11.0' },
  { part: 'cuBLAS', stem: 'libcublas.so', needed: 'libcublas.so.11' },
  { part: 'cuDNN', stem: 'libcudnn.so', needed: 'libcudnn.so.8' },
] as const;

const CUDA_REMEDY =
  'for --backend cuda install CUDA 11.2 and cuDNN 8.1 (conda install -c conda-forge cudatoolkit=11.2 cudnn=8.1, or ' +
  "NVIDIA's installers) and put their folders of libraries into LD_LIBRARY_PATH; other versions may lie beside them";
const DRIVER_REMEDY =
  'none is needed; for --backend cuda on an NVIDIA GPU install its driver, 450.80 or newer, then CUDA 11.2 and cuDNN 8.1';
const ADDON_REMEDY =
  'npm install @tensorflow/tfjs-node-gpu@4.22.0 with internet access (CPU and GPU), or scripts/build-native-tensorflow.sh of ' +
  'a clone of bidlab without it (CPU)';

/** What a machine has of what CUDA training needs: GPU and driver, CUDA libraries, native addon. None of them is required. */
export function gpuFindings(machine: MachineView): DoctorCheck[] {
  return [driverFinding(machine), libraryFinding(machine), addonFinding(machine)];
}

function finding(name: string, ok: boolean, detail: string, remedy: string): DoctorCheck {
  return { name, ok, required: false, detail, ...(ok ? {} : { remedy }) };
}

/** The driver's own word; whether TensorFlow uses the GPU is the cuda backend's check. */
function driverFinding(machine: MachineView): DoctorCheck {
  const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'];
  const answer = machine.run('nvidia-smi', query)?.trim();
  if (answer) return finding('GPU', true, answer.split('\n').join('; '), DRIVER_REMEDY);
  const version = machine.read('/proc/driver/nvidia/version')?.split('\n', 1)[0];
  if (version === undefined) {
    return finding('GPU', false, 'no NVIDIA driver: no nvidia-smi that answers, no /proc/driver/nvidia', DRIVER_REMEDY);
  }
  const models = machine.list('/proc/driver/nvidia/gpus').map((bus) => modelOf(machine, bus));
  const detail = `${models.length === 0 ? 'no GPU' : models.join(', ')}; ${version.trim()}`;
  return finding(
    'GPU',
    models.length > 0,
    detail,
    'the driver is loaded but sees no GPU; check how the card is passed through',
  );
}

function modelOf(machine: MachineView, bus: string): string {
  const information = machine.read(`/proc/driver/nvidia/gpus/${bus}/information`) ?? '';
  return /^Model:\s*(.+)$/m.exec(information)?.[1] ?? `GPU at ${bus}`;
}

function libraryFinding(machine: MachineView): DoctorCheck {
  const known = loaderNames(machine);
  const lines = CUDA_LIBRARIES.map(({ part, stem, needed }) => {
    const versions = [...known].filter((name) => name.startsWith(`${stem}.`)).sort();
    const ok = known.has(needed);
    const found = versions.length === 0 ? 'none' : versions.join(', ');
    return { ok, text: `${part}: ${ok ? needed : `found ${found}, needs ${needed}`}` };
  });
  const ok = lines.every((line) => line.ok);
  return finding('CUDA libraries', ok, lines.map((line) => line.text).join('; '), CUDA_REMEDY);
}

/** File names that the dynamic loader can find: those in LD_LIBRARY_PATH and in its cache. */
function loaderNames(machine: MachineView): Set<string> {
  const folders = machine.libraryPath.split(':').filter((folder) => folder !== '');
  const cache = machine.run('ldconfig', ['-p']) ?? machine.run('/sbin/ldconfig', ['-p']) ?? '';
  const cached = [...cache.matchAll(/^\s+(\S+) \(/gm)].map((match) => match[1]!);
  return new Set([...folders.flatMap((folder) => machine.list(folder)), ...cached]);
}

function addonFinding(machine: MachineView): DoctorCheck {
  const name = 'Native addon';
  const folder = machine.nativePackage;
  if (folder === undefined) {
    return finding(
      name,
      false,
      '@tensorflow/tfjs-node-gpu is not installed (npm drops it where its download fails)',
      ADDON_REMEDY,
    );
  }
  const built = machine.list(`${folder}/lib`).filter((entry) => machine.list(`${folder}/lib/${entry}`).length > 0);
  const library = machine.list(`${folder}/deps/lib`).filter((file) => /^libtensorflow(_cc)?\.so/.test(file));
  const detail = `@tensorflow/tfjs-node-gpu, addon ${built.join(', ') || 'missing'}, library ${library.join(', ') || 'missing'}`;
  return finding(name, built.length > 0 && library.length > 0, detail, ADDON_REMEDY);
}
