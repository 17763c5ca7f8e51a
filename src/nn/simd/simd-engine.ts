import { SimError } from '../../core/errors.ts';
import type { Engine } from '../network.ts';
import { compileKernels } from './kernels.ts';
import { SimdNetwork } from './simd-network.ts';

/**
 * The engine of small networks on the CPU: WebAssembly SIMD without TensorFlow.
 *
 * @throws SimError `BACKEND_UNAVAILABLE` where the kernels are not built or this Node cannot run them.
 */
export function simdEngine(): Engine {
  const module = compiled();
  return {
    backend: 'simd',
    description: 'simd (WebAssembly kernels of bidlab)',
    createNetwork: (spec, optimizer, seed) => new SimdNetwork(module, spec, optimizer, seed),
    numTensors: () => 0,
  };
}

function compiled(): WebAssembly.Module {
  try {
    return compileKernels();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    const remedy = 'run npm run build, or use --backend wasm';
    throw new SimError('BACKEND_UNAVAILABLE', `simd: the kernels do not load (${reason}); ${remedy}`, { cause });
  }
}
