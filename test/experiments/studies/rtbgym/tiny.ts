import { type RtbGymConfig, rtbGymSchema } from '../../../../experiments/studies/rtbgym/settings.ts';
import type { TrialContext } from '../../../../experiments/studies/study.ts';
import { selectEngine } from '../../../../src/nn/select-backend.ts';

/** An `rtbgym` experiment with the settings given and the rest small. */
export function tinyConfig(settings: Readonly<Record<string, unknown>> = {}): RtbGymConfig {
  return rtbGymSchema.parse({
    experiment: 'tiny',
    kind: 'rtbgym',
    title: 'Tiny',
    seeds: 1,
    policies: [{ id: 'constant', multiplier: 1.05 }],
    episodes: 100,
    tapeEpisodes: 10,
    envSteps: 1_200,
    evaluations: 2,
    ...settings,
  });
}

export const context: TrialContext = {
  baseFolder: '.',
  dataFolder: undefined,
  engine: () => selectEngine('wasm'),
  onShare: () => undefined,
};
