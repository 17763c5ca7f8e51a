import type * as tfjs from '@tensorflow/tfjs';

/** TensorFlow.js as a value: `typeof import('@tensorflow/tfjs')`. */
export type Tfjs = typeof tfjs;

/**
 * Loads TensorFlow.js (about 0.3 s the first time) in production mode, so that it prints no banner and skips its debug
 * checks. Nothing in `src/nn` loads it before an engine is asked for.
 */
export async function loadTfjs(): Promise<Tfjs> {
  const tf = await import('@tensorflow/tfjs');
  tf.env().set('PROD', true);
  return tf;
}
