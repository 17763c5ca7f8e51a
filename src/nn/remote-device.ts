import type { Tensor } from '@tensorflow/tfjs';
import { TfjsDevice } from './tfjs-device.ts';

/** Native TensorFlow, on CPU or GPU: tensors are far away, so all work on them stays there. */
export class RemoteDevice extends TfjsDevice {
  override download(tensor: Tensor, out: Float32Array): void {
    out.set(tensor.dataSync<'float32'>());
  }

  override addLayerGradient(x: Tensor, gradient: Tensor, sum: Float32Array): void {
    const { tf } = this;
    const gradients = tf.tidy(() => {
      const kernel = this.matMul(this.transpose(x), gradient);
      // A product with ones is faster than a sum over rows.
      const bias = this.matMul(tf.ones([1, 1, gradient.shape[1]!]), gradient);
      return tf.concat([kernel, bias], 1);
    });
    const values = gradients.dataSync<'float32'>();
    gradients.dispose();
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + values[i]!;
  }

  protected override makeTensor(values: Float32Array, shape: number[]): Tensor {
    // Native backends read the values when a kernel first needs them, so they get their own copy.
    return this.tf.engine().makeTensor(values.slice(), shape, 'float32');
  }

  protected override tanh(x: Tensor): Tensor {
    const y = this.run('Tanh', { x }, {});
    x.dispose();
    return y;
  }
}
