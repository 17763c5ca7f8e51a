import type { Verdict } from '../../../src/eval/verdict.ts';
import { type GroupPoint, linesByGroup } from '../../../src/report/panels/lines-by-group.ts';
import type { Measure, StudyChart, StudyRow } from '../study.ts';
import { groupLabel, type LambdaRobustnessConfig } from './settings.ts';

/** Measures of a row, in the order of the headline table. */
export const LAMBDA_MEASURES: Readonly<Record<string, Measure>> = {
  valueRatio: {
    title: 'R/R*',
    unit: 'share of the hindsight optimum',
    description: 'Expected value won over the most that the budget could have bought with every price known.',
    format: 'number',
    better: 'higher',
  },
  budgetUtilization: {
    title: 'Budget used',
    unit: 'share',
    description: 'Spend over budget.',
    format: 'percent',
    better: null,
  },
  aliveShare: {
    title: 'Day with money',
    unit: 'share of the day',
    description: 'Share of the day until nothing more could be afforded; 100 % where the budget lasted.',
    format: 'percent',
    better: 'higher',
  },
};

/** A policy over the groups: means over seeds. */
interface PolicyLine {
  readonly policy: string;
  readonly title: string;
  readonly kind: StudyRow['kind'];
  /** One a group, in the order of the groups. */
  readonly byGroup: readonly { readonly group: string; readonly mean: number; readonly spread: number }[];
  readonly mean: number;
  readonly worst: number;
}

function policyLines(config: LambdaRobustnessConfig, rows: readonly StudyRow[]): PolicyLine[] {
  const groups = config.groups.map(groupLabel);
  const policies = [...new Map(rows.map((row) => [row.policy, row])).values()];
  return policies.map(({ policy, title, kind }) => {
    const byGroup = groups.map((group) => {
      const ratios = rows.flatMap((row) =>
        row.policy === policy && row['group'] === group ? [row['valueRatio'] as number] : [],
      );
      const mean = ratios.reduce((sum, x) => sum + x, 0) / ratios.length;
      const variance = ratios.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, ratios.length - 1);
      return { group, mean, spread: 2 * Math.sqrt(variance / ratios.length) };
    });
    const means = byGroup.map(({ mean }) => mean);
    return {
      policy,
      title,
      kind,
      byGroup,
      mean: means.reduce((sum, x) => sum + x, 0) / means.length,
      worst: Math.min(...means),
    };
  });
}

/** The paper's plot: R/R* by how wrong the start was. */
export function robustnessChart(config: LambdaRobustnessConfig, rows: readonly StudyRow[]): StudyChart {
  const title = 'Value by how wrong the day began';
  const caption =
    'Each day begins with a shadow price of money λ₀ that is off from the day’s optimum by so much: on the left bids are too high and the budget runs out, on the right they are too low and money is left. Lines are means of R/R* over days and seeds, bands two standard errors over seeds. RLB plans from the market’s statistics and never sees λ₀.';
  const points = policyLines(config, rows).flatMap(({ policy, title: words, kind, byGroup }): GroupPoint[] =>
    byGroup.map(({ group, mean, spread }) => ({
      policy,
      title: words,
      kind,
      group,
      value: mean,
      low: mean - spread,
      high: Math.min(1, mean + spread),
    })),
  );
  const spec = linesByGroup({
    title,
    description: caption,
    groupTitle: 'How far λ is off when the day begins',
    valueTitle: 'R/R* (share of the hindsight optimum)',
    format: '.2f',
    groups: config.groups.map(groupLabel),
    points,
    emphasised: ['bslb', 'flb'],
  });
  return { id: 'value-by-deviation', title, caption, spec };
}

/** Who holds up when the start is wrong, in words. */
export function lambdaVerdict(config: LambdaRobustnessConfig, rows: readonly StudyRow[]): Verdict {
  const lines = policyLines(config, rows);
  const best = (kind: StudyRow['kind']) =>
    lines.filter((line) => line.kind === kind).sort((a, b) => b.mean - a.mean)[0];
  const learner = best('learner');
  const baseline = best('baseline');
  const bslb = lines.find(({ policy }) => policy === 'bslb');
  const lead = learner ?? baseline ?? lines[0];
  if (lead === undefined) return { headline: 'There are no results yet.', details: [], caveats: [] };
  const details: string[] = [];
  if (learner !== undefined && bslb !== undefined) details.push(groupsAhead(learner, bslb));
  for (const other of lines) if (other !== lead && other.kind !== 'ceiling') details.push(`${summaryOf(other)}.`);
  const caveats =
    learner !== undefined && config.seeds < 5
      ? [`Learners were trained with ${config.seeds} seeds; a claim about a learner needs five or more.`]
      : [];
  if (baseline?.policy === 'rlb') {
    caveats.push(
      'RLB is told the exact distribution of prices and values and never starts from λ₀: it shows what knowing the market is worth, not how a bidder recovers.',
    );
  }
  return { headline: `${summaryOf(lead)}, however wrong λ₀ was.`, details, caveats };
}

function summaryOf({ title, mean, worst }: PolicyLine): string {
  return `${title} keeps ${mean.toFixed(3)} of the hindsight optimum on average over the groups and ${worst.toFixed(3)} in the worst`;
}

function groupsAhead(learner: PolicyLine, bslb: PolicyLine): string {
  const ahead = learner.byGroup.filter(({ mean }, i) => mean > bslb.byGroup[i]!.mean).length;
  return `${learner.title} is above ${bslb.title} in ${ahead} of ${learner.byGroup.length} groups.`;
}
