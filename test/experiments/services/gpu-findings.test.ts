import { describe, expect, it } from 'vitest';
import { gpuFindings, type MachineView } from '../../../experiments/services/gpu-findings.ts';

const BARE: MachineView = {
  run: () => undefined,
  read: () => undefined,
  list: () => [],
  libraryPath: '',
  nativePackage: undefined,
};

function cache(...names: string[]): string {
  return names.map((name) => `\t${name} (libc6,x86-64) => /lib/${name}\n`).join('');
}

const PACKAGE: Readonly<Record<string, string[]>> = {
  '/p/lib': ['napi-v8'],
  '/p/lib/napi-v8': ['tfjs_binding.node'],
  '/p/deps/lib': ['libtensorflow.so.2.9.1', 'libtensorflow_framework.so.2'],
  '/cuda/lib64': ['libcudart.so.11.0', 'libcublas.so.11'],
};

describe('what doctor finds of a GPU', () => {
  it('names everything that a bare machine lacks, with what to do, and requires none of it', () => {
    const checks = gpuFindings(BARE);
    expect(checks.map((check) => check.name)).toEqual(['GPU', 'CUDA libraries', 'Native addon']);
    for (const check of checks) expect([check.ok, check.required]).toEqual([false, false]);
    expect(checks[1]!.detail).toContain('cuDNN: found none, needs libcudnn.so.8');
    expect(checks[1]!.remedy).toMatch(/CUDA 11\.2 and cuDNN 8\.1.*LD_LIBRARY_PATH/);
    expect(checks[2]!.remedy).toContain('build-native-tensorflow.sh');
  });

  it('takes the word of nvidia-smi, and finds libraries in LD_LIBRARY_PATH and in the cache of the loader', () => {
    const checks = gpuFindings({
      ...BARE,
      run: (program) => (program === 'nvidia-smi' ? 'NVIDIA A100, 525.60, 40960 MiB\n' : cache('libcudnn.so.8')),
      list: (path) => PACKAGE[path] ?? [],
      libraryPath: '/none:/cuda/lib64',
      nativePackage: '/p',
    });
    expect(checks.map((check) => check.ok)).toEqual([true, true, true]);
    expect(checks[0]!.detail).toBe('NVIDIA A100, 525.60, 40960 MiB');
    expect(checks[2]!.detail).toContain('addon napi-v8, library libtensorflow.so.2.9.1');
  });

  it('says which versions it found where they are others', () => {
    const run = (program: string) =>
      program === '/sbin/ldconfig' ? cache('libcudart.so.13', 'libcublas.so.13') : undefined;
    const [, libraries] = gpuFindings({ ...BARE, run });
    expect(libraries!.ok).toBe(false);
    expect(libraries!.detail).toContain('CUDA runtime: found libcudart.so.13, needs libcudart.so.11.0');
  });

  it('reads the driver from /proc where nvidia-smi is missing', () => {
    const files: Readonly<Record<string, string>> = {
      '/proc/driver/nvidia/version': 'NVRM version: 580.1\nGCC',
      '/proc/driver/nvidia/gpus/0000:01:00.0/information': 'Model: \t\t NVIDIA H100\nIRQ: 1',
    };
    const read = (path: string) => files[path];
    const [gpu] = gpuFindings({ ...BARE, read, list: (path) => (path.endsWith('/gpus') ? ['0000:01:00.0'] : []) });
    expect([gpu!.ok, gpu!.detail]).toEqual([true, 'NVIDIA H100; NVRM version: 580.1']);
    expect(gpuFindings({ ...BARE, read })[0]!).toMatchObject({ ok: false, detail: expect.stringContaining('no GPU') });
  });

  it('tells a package without its compiled part from one with it', () => {
    const [, , addon] = gpuFindings({
      ...BARE,
      nativePackage: '/p',
      list: (path) => (path === '/p/lib' ? ['napi-v8'] : []),
    });
    expect([addon!.ok, addon!.detail]).toEqual([false, expect.stringContaining('addon missing, library missing')]);
  });
});
