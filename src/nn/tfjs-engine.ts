import type { Device } from './device.ts';
import type { Tfjs } from './load-tfjs.ts';
import type { Engine } from './network.ts';
import { type HeapViews, HostDevice, RemoteDevice, type TensorView } from './tfjs-device.ts';
import { TfjsNetwork } from './tfjs-network.ts';

function engineOn(device: Device, backend: Engine['backend'], description: string): Engine {
  return {
    backend,
    description,
    createNetwork: (spec, adam, seed) => new TfjsNetwork(device, spec, adam, seed),
    numTensors: () => device.numTensors(),
  };
}

/** Engine on the `wasm` backend, which must be the current one. */
export function wasmEngine(tf: Tfjs, description: string): Engine {
  const backend = tf.backend() as unknown as HeapViews;
  const view: TensorView = (tensor) => backend.typedArrayFromHeap(tensor) as Float32Array;
  return engineOn(new HostDevice(tf, 'wasm', view, true), 'wasm', description);
}

/** Engine on TensorFlow.js's plain JavaScript backend `cpu`, which must be the current one. */
export function cpuEngine(tf: Tfjs): Engine {
  // The cpu backend hands out the array that the tensor is.
  const view: TensorView = (tensor) => tensor.dataSync<'float32'>();
  return engineOn(new HostDevice(tf, 'cpu', view, false), 'cpu', 'cpu (plain JavaScript)');
}

/** Engine on any backend through device operations alone: native TensorFlow. @param backendName TensorFlow.js's own. */
export function remoteEngine(tf: Tfjs, backendName: string, backend: Engine['backend'], description: string): Engine {
  return engineOn(new RemoteDevice(tf, backendName), backend, description);
}
