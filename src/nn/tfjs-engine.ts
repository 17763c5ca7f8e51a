import type { TensorInfo } from '@tensorflow/tfjs';
import type { Device } from './device.ts';
import { HostDevice } from './host-device.ts';
import type { Tfjs } from './load-tfjs.ts';
import type { Engine } from './network.ts';
import { RemoteDevice } from './remote-device.ts';
import { TfjsNetwork } from './tfjs-network.ts';

function engineOn(device: Device, backend: Engine['backend'], description: string): Engine {
  return {
    backend,
    description,
    createNetwork: (spec, optimizer, seed) => new TfjsNetwork(device, spec, optimizer, seed),
    numTensors: () => device.numTensors(),
  };
}

/** What bidlab uses of the wasm backend beyond TensorFlow.js's kernels. */
interface WasmHeap {
  /** A view of the tensor's values in WebAssembly memory. */
  typedArrayFromHeap(info: TensorInfo): Float32Array;
  /** Memory for a new tensor, not cleared. */
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
}

/** Engine on the `wasm` backend, which must be the current one. */
export function wasmEngine(tf: Tfjs, description: string): Engine {
  const heap = tf.backend() as unknown as WasmHeap;
  const device = new HostDevice(tf, 'wasm', {
    view: (tensor) => heap.typedArrayFromHeap(tensor),
    allocate: (rows, cols) => tf.engine().makeTensorFromTensorInfo(heap.makeOutput([1, rows, cols], 'float32')),
    copy: (values, shape) => tf.engine().makeTensor(values, shape, 'float32'),
  });
  return engineOn(device, 'wasm', description);
}

/** Engine on TensorFlow.js's plain JavaScript backend `cpu`, which must be the current one. */
export function cpuEngine(tf: Tfjs): Engine {
  // This backend keeps the array that a tensor is made of, and hands it out again.
  const device = new HostDevice(tf, 'cpu', {
    view: (tensor) => tensor.dataSync<'float32'>(),
    allocate: (rows, cols) => tf.engine().makeTensor(new Float32Array(rows * cols), [1, rows, cols], 'float32'),
    copy: (values, shape) => tf.engine().makeTensor(values.slice(), shape, 'float32'),
  });
  return engineOn(device, 'cpu', 'cpu (plain JavaScript)');
}

/** Engine on any backend through device operations alone: native TensorFlow. @param backendName TensorFlow.js's own. */
export function remoteEngine(tf: Tfjs, backendName: string, backend: Engine['backend'], description: string): Engine {
  return engineOn(new RemoteDevice(tf, backendName), backend, description);
}
