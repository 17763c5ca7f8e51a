import { describe, expect, it } from 'vitest';
import { probeBackends, selectEngine } from '../../../src/nn/select-backend.ts';

const probes = await probeBackends();
const hasCuda = probes.some((p) => p.backend === 'cuda' && p.available);
const hasNative = probes.some((p) => (p.backend === 'cuda' || p.backend === 'tensorflow') && p.available);

describe('choosing a backend', () => {
  it('probes all five in the order of auto, with a reason and a remedy for each that does not work', () => {
    expect(probes.map((p) => p.backend)).toEqual(['cuda', 'simd', 'tensorflow', 'wasm', 'cpu']);
    for (const probe of probes) {
      expect(probe.detail).not.toBe('');
      expect(probe.remedy === '').toBe(probe.available);
      expect(`${probe.detail}${probe.remedy}`).not.toContain('\n');
    }
    expect(probes.filter((p) => p.available).map((p) => p.backend)).toEqual(
      expect.arrayContaining(['simd', 'wasm', 'cpu']),
    );
  });

  it.skipIf(hasCuda)('says what cuda lacks and what to do about it', async () => {
    await expect(selectEngine('cuda')).rejects.toThrow(
      /^BACKEND_UNAVAILABLE: cuda: .*CUDA 11\.2.*cuDNN 8\.1.*--backend wasm$/,
    );
  });

  it.skipIf(hasNative)('says which package tensorflow lacks', async () => {
    await expect(selectEngine('tensorflow')).rejects.toThrow(
      /^BACKEND_UNAVAILABLE: tensorflow: .*tfjs-node.*--backend wasm$/,
    );
  });

  it.skipIf(hasCuda)('takes the SIMD kernels where there is no GPU', async () => {
    expect((await selectEngine('auto')).backend).toBe('simd');
  });

  it('describes what it chose for manifests', async () => {
    expect((await selectEngine('wasm')).description).toMatch(/^wasm \((no )?SIMD\)$/);
    expect((await selectEngine('cpu')).description).toBe('cpu (plain JavaScript)');
  });
});
