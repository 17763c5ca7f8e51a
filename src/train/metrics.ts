/** What a number in a training record means. */
export interface MetricDefinition {
  /** `rollout/…`, `train/…` or `time/…`, named as Stable-Baselines3 and CleanRL do. */
  readonly id: string;
  readonly unit: string;
  /** One sentence for documentation and tooltips. */
  readonly description: string;
}

/** Every metric that training may report; the logger refuses others. */
export const TRAINING_METRICS: readonly MetricDefinition[] = [
  {
    id: 'rollout/episodeReturn',
    unit: 'reward',
    description: 'Mean undiscounted return of the episodes that ended since the last record.',
  },
  {
    id: 'rollout/episodeLength',
    unit: 'steps',
    description: 'Mean length of the episodes that ended since the last record.',
  },
  { id: 'rollout/episodes', unit: 'episodes', description: 'Episodes that ended since the last record.' },
  { id: 'train/learningRate', unit: '1/step', description: 'Learning rate of the last update.' },
  { id: 'train/gradNorm', unit: '1', description: 'L2 norm of the gradient before clipping, mean over updates.' },
  { id: 'train/loss', unit: '1', description: 'Mean Huber loss of the temporal-difference errors.' },
  { id: 'train/meanQ', unit: 'reward', description: 'Mean action value of the replayed actions.' },
  { id: 'train/meanTarget', unit: 'reward', description: 'Mean bootstrapped target of the replayed actions.' },
  { id: 'train/epsilon', unit: 'probability', description: 'Probability of a random action.' },
  {
    id: 'train/epsilonRaised',
    unit: 'share of the copies',
    description: 'Copies that explored more because their action values had several peaks.',
  },
  {
    id: 'train/rewardLoss',
    unit: 'reward²',
    description: 'Half the mean squared error of the RewardNet against the best returns seen.',
  },
  {
    id: 'train/policyLoss',
    unit: '1',
    description: 'Policy-gradient loss: clipped surrogate (PPO) or score function.',
  },
  { id: 'train/valueLoss', unit: 'reward²', description: 'Mean of half the squared error of the state values.' },
  { id: 'train/entropy', unit: 'nat', description: 'Mean entropy of the policy.' },
  {
    id: 'train/approxKl',
    unit: 'nat',
    description: 'Mean of (ratio − 1) − ln ratio: how far the policy moved from the one that acted (Schulman k3).',
  },
  {
    id: 'train/clipFraction',
    unit: 'share',
    description: 'Share of samples whose probability ratio left the clip range.',
  },
  {
    id: 'train/explainedVariance',
    unit: 'share',
    description: 'Share of the variance of returns that the critic explains.',
  },
  { id: 'train/epochs', unit: 'epochs', description: 'Passes over the rollout before the KL limit stopped them.' },
  { id: 'train/policyStd', unit: 'action', description: 'Mean standard deviation of a Gaussian policy.' },
  { id: 'train/temperature', unit: 'reward/nat', description: 'Worth α of a nat of entropy (SAC).' },
  {
    id: 'train/lagrangeMultiplier',
    unit: 'reward/cost',
    description: 'Price λ that a constrained learner puts on the cost of the constraint.',
  },
  {
    id: 'train/episodeCost',
    unit: 'cost',
    description: 'Mean cost of the episodes that ended before the price moved; the constraint limits it.',
  },
  { id: 'time/seconds', unit: 's', description: 'Wall-clock time since training began.' },
  { id: 'time/envStepsPerSecond', unit: '/s', description: 'Environment steps per second since training began.' },
];
