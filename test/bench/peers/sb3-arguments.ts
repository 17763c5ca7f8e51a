import type { PeerTask } from './tasks.ts';

/** Arguments of a Stable-Baselines3 model; plain JSON. */
export interface Sb3Arguments {
  readonly model: Readonly<Record<string, unknown>>;
  readonly linear: boolean;
  readonly hidden: readonly number[];
  readonly activation: string;
  readonly adamEpsilon: number;
  /** Policy and value share the hidden layers; of PPO. */
  readonly shared: boolean;
  readonly initialLogStd: number | null;
  readonly rewardScale: number;
}

/** Options of ours without a counterpart in Stable-Baselines3: it has one loss width, one network and no average of weights. */
export const WITHOUT_COUNTERPART = ['doubleQ', 'dueling', 'actorWeights', 'cutReturns', 'huberDelta'];

type Options = Readonly<Record<string, unknown>>;

const num = (options: Options, name: string) => options[name] as number;

/** Our options under the names and in the units of Stable-Baselines3 2. */
export function sb3Arguments(agent: string, { options, numEnvs }: Pick<PeerTask, 'options' | 'numEnvs'>): Sb3Arguments {
  return {
    model: agent === 'dqn' ? dqnArguments(options, numEnvs) : ppoArguments(options),
    linear: options['learningRateSchedule'] === 'linear',
    hidden: options['hidden'] as number[],
    activation: options['activation'] as string,
    adamEpsilon: num(options, 'adamEpsilon'),
    shared: options['sharedNetwork'] === true,
    initialLogStd: (options['initialLogStd'] as number | undefined) ?? null,
    rewardScale: num(options, 'rewardScale'),
  };
}

function sharedArguments(options: Options) {
  return {
    learning_rate: options['learningRate'],
    batch_size: options['batchSize'],
    gamma: options['gamma'],
    max_grad_norm: options['maxGradNorm'],
  };
}

function dqnArguments(options: Options, numEnvs: number) {
  const trainInterval = num(options, 'trainInterval');
  // Ours counts gradient steps from one update of the target to the next, theirs env steps, and at most once a vector step:
  // then one update goes as far as those of ours that it stands for.
  const vectorSteps = (num(options, 'targetUpdateInterval') * trainInterval) / num(options, 'gradientSteps');
  const updatesAtOnce = Math.max(1, 1 / vectorSteps);
  return {
    ...sharedArguments(options),
    buffer_size: options['bufferSize'],
    learning_starts: options['learningStarts'],
    train_freq: trainInterval,
    gradient_steps: options['gradientSteps'],
    target_update_interval: Math.max(1, Math.round(vectorSteps)) * numEnvs,
    tau: 1 - (1 - num(options, 'tau')) ** updatesAtOnce,
    n_steps: options['nStep'],
    exploration_fraction: options['explorationFraction'],
    exploration_initial_eps: options['explorationInitial'],
    exploration_final_eps: options['explorationFinal'],
  };
}

function ppoArguments(options: Options) {
  return {
    ...sharedArguments(options),
    n_steps: options['numSteps'],
    n_epochs: options['numEpochs'],
    gae_lambda: options['gaeLambda'],
    clip_range: options['clipRange'],
    target_kl: options['targetKl'],
    normalize_advantage: options['normalizeAdvantages'],
    ent_coef: options['entCoef'],
    // Our value loss is half of the squared error, theirs the whole.
    vf_coef: num(options, 'vfCoef') / 2,
  };
}
