import { baselines } from '../../agents/baselines/registry.ts';
import { agents } from '../../agents/registry.ts';
import { environments } from '../../envs/registry.ts';
import { mechanisms } from '../../src/auction/registry.ts';
import type { ListSection } from '../../src/cli/services.ts';
import { logFormats } from '../../src/data/log-mapping.ts';
import { metrics } from '../../src/eval/metrics.ts';
import { charts } from '../../src/report/charts/charts.ts';
import { benchmarks } from '../benchmarks/registry.ts';
import { experimentIds, loadExperiment } from '../experiment-file.ts';
import { loadMarketPreset, marketPresetIds } from '../market-presets.ts';
import { REFERENCES } from '../seats.ts';
import { BIDDERS } from '../studies/auction-gym/bidders.ts';
import { agentSettings, auctionGymSchema, BIDDER_IDS } from '../studies/auction-gym/settings.ts';
import { studies } from '../studies/registry.ts';

const FORMAT_TITLES: Readonly<Record<string, string>> = {
  ipinyou: 'iPinYou benchmark: click, market price, pCTR; prices in fen CPM',
};

/** `bidlab list`: everything that can be named on the command line or in an experiment. */
export async function listService(): Promise<readonly ListSection[]> {
  return [
    {
      kind: 'environments',
      entries: environments.ids.map((id) => ({ id, ...environments.get(id) })),
    },
    {
      kind: 'agents',
      entries: agents.ids.map((id) => ({ id, title: agents.get(id).title, description: agents.get(id).source })),
    },
    {
      kind: 'baselines',
      entries: [
        ...baselines.ids.map((id) => ({ id, title: baselines.get(id).title, description: baselines.get(id).source })),
        ...Object.entries(REFERENCES).map(([id, { title, source }]) => ({ id, title, description: source })),
      ],
    },
    { kind: 'bidders', entries: gymBidders() },
    {
      kind: 'auctions',
      entries: mechanisms.ids.map((id) => ({
        id,
        title: mechanisms.get(id).title,
        description: mechanisms.get(id).description,
      })),
    },
    {
      kind: 'markets',
      entries: marketPresetIds().map((id) => {
        const { name, description } = loadMarketPreset(id);
        return { id, title: name, description };
      }),
    },
    {
      kind: 'experiments',
      entries: experimentIds().map((id) => {
        const { title, description } = loadExperiment(id, []).config;
        return { id, title, description };
      }),
    },
    {
      kind: 'studies',
      entries: studies.ids.map((id) => ({
        id,
        title: kindTitle(id),
        description: `Experiment files of kind: ${id}; settings in experiments/${id}.schema.json.`,
      })),
    },
    {
      kind: 'charts',
      entries: charts.ids.map((id) => ({ id, title: charts.get(id).title, description: charts.get(id).caption })),
    },
    {
      kind: 'metrics',
      entries: Object.entries(metrics).map(([id, { title, description }]) => ({ id, title, description })),
    },
    {
      kind: 'benchmarks',
      entries: benchmarks.ids.map((id) => ({
        id,
        title: benchmarks.get(id).title,
        description: benchmarks.get(id).unit,
      })),
    },
    { kind: 'formats', entries: logFormats.ids.map((id) => ({ id, title: FORMAT_TITLES[id] ?? id })) },
  ];
}

/** What `bidder` of an experiment of kind `auctiongym` may name, titled by the settings that it has where none are given. */
function gymBidders(): ListSection['entries'] {
  const config = auctionGymSchema.parse({ experiment: 'list', kind: 'auctiongym', title: 'List' });
  return BIDDER_IDS.map((id) => {
    const { title, source } = BIDDERS[id];
    return { id, title: title(agentSettings(config, id)[0]!), description: source };
  });
}

function kindTitle(id: string): string {
  return studies.get(id).schema.shape['kind']?.meta()?.description ?? id;
}
