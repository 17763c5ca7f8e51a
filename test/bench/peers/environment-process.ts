import { readSync, writeSync } from 'node:fs';
import { type ByteStream, serveEnvironment } from './serve-environment.ts';
import { peerTask } from './tasks.ts';

/*
 * Serves one environment of a task over stdin and stdout; see serve-environment.ts for the messages.
 *
 *     npx tsx test/bench/peers/environment-process.ts cartpole-v1 dqn 0 train
 */

const PAUSE = new Int32Array(new SharedArrayBuffer(4));
/** Milliseconds between two tries of a pipe that is full or empty. */
const PAUSE_MS = 0.05;

/** Tries again while a pipe that does not wait by itself is full or empty. */
function waiting(transfer: () => number): number {
  for (;;) {
    try {
      return transfer();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(PAUSE, 0, 0, PAUSE_MS);
    }
  }
}

const stdio: ByteStream = {
  read(buffer) {
    for (let at = 0; at < buffer.length; ) {
      const got = waiting(() => readSync(0, buffer, at, buffer.length - at, null));
      if (got === 0) return false;
      at += got;
    }
    return true;
  },
  write(buffer) {
    for (let at = 0; at < buffer.length; ) at += waiting(() => writeSync(1, buffer, at));
  },
};

const [id = '', agent = '', seed = '0', role = 'train'] = process.argv.slice(2);
const task = await peerTask(id, agent, Number(seed));
serveEnvironment(role === 'judge' ? task.judge() : task.train(), stdio);
