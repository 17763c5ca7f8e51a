import { expect, it } from 'vitest';
import { selectEngine } from '../../../src/nn/select-backend.ts';

it('loading the wasm backend leaves no listener for crashes behind', async () => {
  const count = () => [process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection')];
  const before = count();
  await selectEngine('wasm');
  expect(count()).toEqual(before);
});
