import type { Rng } from '../src/core/rng.ts';
import { makeActions } from '../src/core/space.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import { meanDistance, shareEqual } from '../src/explain/agreement.ts';
import { attributeStates, meanState } from '../src/explain/attributions.ts';
import type { OutputKind } from '../src/explain/explained-output.ts';
import type { Explanation, FeatureExplanation, Quantity } from '../src/explain/explanation.ts';
import { evenGrid, partialDependence } from '../src/explain/partial-dependence.ts';
import { permutationImportance } from '../src/explain/permutation-importance.ts';
import { PACING_FEATURES, type PacingModel } from '../src/policy/runtime.ts';
import { type DecisionScale, decisionScale } from './decision-words.ts';
import { decisionsOf, distillPolicy } from './distill-policy.ts';
import type { CompareConfig } from './experiment-config.ts';
import { type LearnerSettings, pacingEnv } from './learner.ts';
import { firstReturns } from './mean-first-return.ts';
import { PlainActor } from './plain-actor.ts';
import type { World } from './world.ts';

/** What is explained, and how closely. */
export interface ExplanationRequest {
  readonly config: CompareConfig;
  readonly world: World;
  readonly model: PacingModel;
  readonly settings: LearnerSettings;
  readonly title: string;
  /** Folder of the run. */
  readonly run: string;
  /** True where outputs are values of actions, false where they are logits or the action itself. */
  readonly isValueBased: boolean;
  /** Indices of the heat map's features; null for the most important two. */
  readonly features: readonly [number, number] | null;
  readonly episodes: number;
  readonly leaves: number;
  readonly rng: Rng;
  readonly configHash: string;
  readonly provenance: Readonly<Record<string, string>>;
}

const NUM_FEATURES = PACING_FEATURES.length;
/** States that are explained, at most. */
const NUM_STATES = 250;
/** Of them, those that stand behind every cell of the heat map. */
const HEAT_MAP_STATES = 80;
const REPEATS = 10;
const CURVE_POINTS = 25;
const HEAT_MAP_POINTS = 24;

/**
 * Explains a trained pacing policy by the states that it meets on test flights; a function of its arguments.
 */
export function explainPolicy(request: ExplanationRequest): Explanation {
  const { config, world, model, settings, rng } = request;
  const { meta } = world.replay.tape;
  const episodesOn = (windows: World['test']) =>
    pacingEnv(config, world, settings, {
      ...{ windows, numEnvs: request.episodes, scaleError: 0, budgetFractions: { list: config.budgetFractions } },
      rewardUnit: (window, budget) => Math.max(world.hindsight.value(window, budget), Number.MIN_VALUE),
    });
  const learning = episodesOn(world.train);
  const judging = episodesOn(world.test);
  const actor = new PlainActor(model.network, judging.actionSpace);
  const states = sampleStates(actor, judging, rng.split('states'));
  const decisions = decisionsOf(actor, states, judging);
  const isDiscrete = judging.actionSpace.kind === 'discrete';
  const kind: OutputKind = !isDiscrete ? 'mean-action' : request.isValueBased ? 'action-value' : 'action-probability';
  const explainedOutputs = isDiscrete ? decisions : new Uint8Array(decisions.length);
  const baseline = meanState(states, NUM_FEATURES);
  const attribution = attributeStates(model.network, kind, states, explainedOutputs, baseline);
  const distance = isDiscrete ? (a: typeof decisions, b: typeof decisions) => 1 - shareEqual(a, b) : meanDistance;
  const loss = (permuted: Float32Array) => distance(decisions, decisionsOf(actor, permuted, judging));
  const importances = permutationImportance(states, NUM_FEATURES, loss, rng.split('permutations'), REPEATS);
  const scale = decisionScale(model.decoding, meta);
  const shown = dependenceOf(actor, judging, scale);
  const features = PACING_FEATURES.map(
    ({ name, unit, description }, feature): FeatureExplanation => ({
      ...{ name, title: titleOf(name), unit, description, baseline: baseline[feature]! },
      attribution: {
        meanAbsolute: attribution.meanAbsolute[feature]!,
        standardError: attribution.standardError[feature]!,
        mean: attribution.mean[feature]!,
      },
      importance: importances[feature]!,
      partialDependence: shown(states, [feature], CURVE_POINTS).map(({ values: [value], decision }) => ({
        value: value!,
        decision,
      })),
    }),
  );
  const pair = request.features ?? mostImportant(importances.map(({ mean }) => mean));
  const distilled = distillPolicy({
    ...{ network: model.network, kind, learning, judging, maxLeaves: request.leaves },
    learningSeed: rng.split('learning').seed(),
    judgingSeed: rng.split('judging').seed(),
    returnUnit: returnUnit(config.objective),
    words: scale.words,
  });
  return {
    schemaVersion: 1,
    ...{ title: request.title, run: request.run, experiment: config.experiment, configHash: request.configHash },
    numStates: decisions.length,
    explained: { kind, ...explainedQuantity(kind) },
    completeness: attribution.completeness,
    importance: { ...importanceQuantity(isDiscrete), repeats: REPEATS },
    decision: { title: scale.title, unit: scale.unit },
    features,
    heatMap: heatMapOf(states, pair, shown),
    distilled,
    notes: notesOf(request),
    provenance: request.provenance,
  };
}

/** Up to {@link NUM_STATES} of the states that the policy meets in one episode per copy, drawn without replacement. */
function sampleStates(actor: PlainActor, env: VectorEnv, rng: Rng): Float32Array {
  const met: Float32Array[] = [];
  firstReturns(actor, env, rng.split('episodes').seed(), (observation) => met.push(observation.slice()));
  const order = Uint32Array.from(met, (_, i) => i);
  rng.split('sample').shuffle(order);
  const states = new Float32Array(Math.min(NUM_STATES, met.length) * NUM_FEATURES);
  for (let b = 0; b * NUM_FEATURES < states.length; b++) states.set(met[order[b]!]!, b * NUM_FEATURES);
  return states;
}

/** Partial dependence of the decision as it is shown, over even grids of some features. */
function dependenceOf(actor: PlainActor, env: VectorEnv, scale: DecisionScale) {
  const action = makeActions(env.actionSpace, 1);
  const response = (observation: Float32Array) => {
    actor.act(observation, action);
    return scale.log(action[0]!);
  };
  return (states: Float32Array, features: readonly number[], numPoints: number, averaged = states) => {
    const held = features.map((feature) => ({ feature, values: evenGrid(states, NUM_FEATURES, feature, numPoints) }));
    const points = held.reduce<number[][]>(
      (rows, { values }) => rows.flatMap((row) => values.map((value) => [...row, value])),
      [[]],
    );
    const means = partialDependence(averaged, NUM_FEATURES, response, held);
    return points.map((values, cell) => ({ values, decision: Math.exp(means[cell]!) }));
  };
}

function heatMapOf(
  states: Float32Array,
  [x, y]: readonly [number, number],
  shown: ReturnType<typeof dependenceOf>,
): Explanation['heatMap'] {
  const averaged = states.subarray(0, Math.min(states.length, HEAT_MAP_STATES * NUM_FEATURES));
  const visited = Array.from({ length: states.length / NUM_FEATURES }, (_, b) => ({
    x: states[b * NUM_FEATURES + x]!,
    y: states[b * NUM_FEATURES + y]!,
  }));
  return {
    features: [PACING_FEATURES[x]!.name, PACING_FEATURES[y]!.name],
    cells: shown(states, [x, y], HEAT_MAP_POINTS, averaged).map(({ values, decision }) => ({
      x: values[0]!,
      y: values[1]!,
      decision,
    })),
    visited,
  };
}

/** Indices of the two largest, the first of equals. */
function mostImportant(importances: readonly number[]): [number, number] {
  const order = importances.map((_, i) => i).sort((a, b) => importances[b]! - importances[a]! || a - b);
  return [order[0]!, order[1]!];
}

function explainedQuantity(kind: OutputKind): Quantity {
  if (kind === 'action-value') return { title: 'Value (Q) of the greedy action', unit: 'expected return' };
  if (kind === 'action-probability') return { title: 'Probability of the greedy action', unit: 'probability' };
  return { title: 'Mean action', unit: 'log ratio to the reference multiplier' };
}

function importanceQuantity(isDiscrete: boolean): Quantity {
  if (isDiscrete) return { title: 'Decisions changed', unit: 'share of decisions' };
  return { title: 'Mean change of the action', unit: 'log ratio' };
}

function returnUnit(objective: CompareConfig['objective']): string {
  return objective === 'value' ? 'share of the hindsight optimum' : `${objective} over the hindsight optimum's value`;
}

function notesOf({ world, config }: ExplanationRequest): string[] {
  return [
    `Episodes are drawn from ${world.test.length} test flights at ${config.budgetFractions.length} budgets with starting multipliers between a quarter and four times the reference: episodes of one flight share its luck, so standard errors over episodes say little about other days.`,
    'Features move together (time and traffic, for example): an attribution may be shared among them, and a feature held or shuffled alone makes states that the policy never meets.',
  ];
}

/** "budgetPressure" → "Budget pressure" */
function titleOf(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/\bcpm\b/, 'CPM');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
