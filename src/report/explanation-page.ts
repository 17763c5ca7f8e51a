import type { TopLevelSpec } from 'vega-lite';
import type { TreeNode } from '../explain/decision-tree.ts';
import type { DistilledTree, Explanation } from '../explain/explanation.ts';
import { escapeHtml, htmlTable, wordsTable } from './html.ts';
import { framedPage, type PageFigure } from './page-frame.ts';
import { featureBars } from './panels/feature-bars.ts';
import { featureHeatMap } from './panels/feature-heat-map.ts';
import { partialDependencePanels } from './panels/partial-dependence.ts';

/** A figure of the page with its specification. */
export interface ExplanationFigure extends PageFigure {
  readonly spec: TopLevelSpec;
}

/** The charts of an explanation, in reading order. */
export function explanationFigures(explanation: Explanation): ExplanationFigure[] {
  const { features, importance, explained } = explanation;
  const words = {
    importance: {
      id: 'permutation-importance',
      title: 'What its decisions depend on',
      caption: `How much decisions change when one feature is shuffled among ${explanation.numStates} states that the policy met, mean of ${importance.repeats} shuffles; bars without length are features that it does not use.`,
    },
    attributions: {
      id: 'attributions',
      title: 'What moves the output behind the decision',
      caption: `Integrated gradients of one output of the network, "${explained.title}", against the mean state: how far each feature moves it, in either direction. What moves this output need not change which action is best.`,
    },
    dependence: {
      id: 'partial-dependence',
      title: 'What it does as one feature changes',
      caption:
        'The mean decision when one feature is held at a value and the others stay as they were met; the most important feature first. A flat line is a feature that does not matter alone.',
    },
    heatMap: {
      id: 'policy-heat-map',
      title: 'What it does in every situation of two features',
      caption:
        'The decision by two features, averaged over what the others were when met. Dots are states that the policy met: where there are none, the colour tells what it never had to do.',
    },
  };
  return [
    {
      ...words.importance,
      spec: featureBars({
        title: words.importance.title,
        description: words.importance.caption,
        valueTitle: `${importance.title} (${importance.unit})`,
        bars: features.map(({ title, importance: { mean, standardError } }) => ({ title, value: mean, standardError })),
      }),
    },
    {
      ...words.attributions,
      spec: featureBars({
        title: words.attributions.title,
        description: words.attributions.caption,
        valueTitle: `Mean size of the attribution (${explained.unit})`,
        bars: features.map(({ title, attribution: { meanAbsolute: value, standardError } }) => ({
          ...{ title, value, standardError },
        })),
      }),
    },
    {
      ...words.dependence,
      spec: partialDependencePanels(words.dependence.title, words.dependence.caption, explanation),
    },
    { ...words.heatMap, spec: featureHeatMap(words.heatMap.title, words.heatMap.caption, explanation) },
  ];
}

/** The explanation as one HTML document; see {@link framedPage}. */
export function renderExplanationPage(explanation: Explanation, figures: readonly ExplanationFigure[]): string {
  const { distilled, completeness, explained } = explanation;
  const [first, second] = [...explanation.features].sort((a, b) => b.importance.mean - a.importance.mean);
  return framedPage(
    {
      experiment: explanation.experiment,
      configHash: explanation.configHash,
      title: 'Why a policy decides as it does',
      description: `${explanation.title.replace(/(\w)$/, '$1.')} Explained in ${explanation.numStates} states that it met on test flights.`,
      verdict: {
        headline: `Its decisions depend most on ${first!.title.toLowerCase()}, then on ${second!.title.toLowerCase()}.`,
        details: [
          `A decision tree of ${distilled.numLeaves} leaves in its place: ${fidelityWords(distilled)}; ${lossWords(distilled)}.`,
          `Attributions add up to the output within ${outputFormat(completeness.largestGap)} in every state (${outputFormat(completeness.tolerance)} allowed, ${explained.unit}); ${percent(completeness.shareWithin)} of the states keep to it.`,
        ],
        caveats: [],
      },
      notes: explanation.notes,
      results: resultsHtml(explanation),
      figures,
      meanings: meaningsHtml(explanation),
      numbersAt: 'Everything shown lies beside this page as explain.json.',
      provenance: { ...explanation.provenance },
    },
    new Map(figures.map(({ id, spec }) => [id, spec])),
  );
}

/** "it decides the same in 91.0 % of 4,800 decisions" */
export function fidelityWords({ fidelity }: DistilledTree): string {
  const { kind, value, numDecisions } = fidelity;
  const count = numDecisions.toLocaleString('en-US');
  if (kind === 'R²') return `it explains the decisions with R² ${value.toFixed(3)} in ${count} decisions`;
  return `it decides the same in ${percent(value)} of ${count} decisions`;
}

/** "its return is 0.0123 ± 0.0011 below the network's 0.9812, …" */
export function lossWords({ evaluation }: DistilledTree): string {
  const { valueLoss, standardError, networkReturn, numEpisodes, unit } = evaluation;
  const side = valueLoss < 0 ? 'above' : 'below';
  return `its return is ${Math.abs(valueLoss).toFixed(4)} ± ${standardError.toFixed(4)} (standard error) ${side} the network's ${networkReturn.toFixed(4)} over the same ${numEpisodes} episodes (${unit})`;
}

/** Three significant digits. */
export function outputFormat(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function resultsHtml(explanation: Explanation): string {
  const { distilled } = explanation;
  const { evaluation, fidelity } = distilled;
  const share = fidelity.kind === 'R²' ? fidelity.value.toFixed(4) : percent(fidelity.value);
  const facts = [
    ['Network', evaluation.networkReturn.toFixed(4), '–', '–'],
    [
      `Tree of ${distilled.numLeaves} leaves`,
      evaluation.treeReturn.toFixed(4),
      `${evaluation.valueLoss.toFixed(4)} <small>± ${evaluation.standardError.toFixed(4)}</small>`,
      share,
    ],
  ];
  const head = [
    'Policy',
    `Mean return <small>${escapeHtml(evaluation.unit)}</small>`,
    'Value loss <small>± standard error, paired by episode</small>',
    `Fidelity <small>${fidelity.kind === 'R²' ? 'R² of the actions' : 'share of equal decisions'}</small>`,
  ];
  const rows = treeRows(distilled.tree, explanation, 0, 'Every state');
  return `<h3>The tree in place of the network</h3>
${htmlTable(
  head,
  facts.map((cells) => ({ cells })),
)}
<h3>The tree</h3>
<p class="soft">Read from the top: a line's condition holds for the lines indented below it. Decisions stand at the leaves; shares are of the ${distilled.numStates.toLocaleString('en-US')} states that it learnt from.</p>
${htmlTable(['Condition', 'Decision', 'Share of states'], rows)}`;
}

function treeRows(node: TreeNode, explanation: Explanation, depth: number, condition: string): { cells: string[] }[] {
  const decision =
    node.kind === 'leaf' ? `<b>${escapeHtml(explanation.distilled.decisions[String(node.prediction)]!)}</b>` : '';
  const indent = `<span style="padding-left:${(depth * 1.4).toFixed(1)}em">${escapeHtml(condition)}</span>`;
  const row = { cells: [indent, decision, percent(node.share)] };
  if (node.kind === 'leaf') return [row];
  const feature = explanation.features[node.feature]!;
  const threshold = outputFormat(node.threshold);
  return [
    row,
    ...treeRows(node.below, explanation, depth + 1, `${feature.title} ≤ ${threshold}`),
    ...treeRows(node.above, explanation, depth + 1, `${feature.title} > ${threshold}`),
  ];
}

function meaningsHtml({ features, explained, importance, distilled }: Explanation): string {
  const rows = features.map(({ title, unit, baseline, description }) => ({
    cells: [title, unit, outputFormat(baseline), description].map(escapeHtml),
  }));
  const weights =
    distilled.weighting === 'equal'
      ? 'Every state counts the same.'
      : 'A state counts by what its worst decision would lose (VIPER, Bastani et al. 2018).';
  return `<p>Attributions are integrated gradients (Sundararajan et al. 2017) of the network's output behind each decision: ${escapeHtml(explained.title)} [${escapeHtml(explained.unit)}]. They share out the difference to the output in the mean state. Permutation importance (Breiman 2001; Fisher et al. 2019) shuffles one feature: ${escapeHtml(importance.title.toLowerCase())} [${escapeHtml(importance.unit)}]. Partial dependence is Friedman's (2001); multipliers are averaged by their logarithms.</p>
<p>The tree is a CART (Breiman et al. 1984) on the network's greedy decisions in states that the network, and then the tree, met on training flights (Ross et al. 2011). ${weights} Fidelity and returns are measured on test flights.</p>
${wordsTable(['Feature', 'Unit', 'Mean state', 'Meaning'], rows)}`;
}
