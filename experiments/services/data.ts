import { existsSync, readFileSync } from 'node:fs';
import type { CliIo, GenerateRequest, ImportRequest, Outcome } from '../../src/cli/services.ts';
import { parseYamlConfig } from '../../src/core/config.ts';
import { SimError } from '../../src/core/errors.ts';
import { Rng } from '../../src/core/rng.ts';
import { describeTape, type TapeSummary } from '../../src/data/describe-tape.ts';
import { importLog } from '../../src/data/import-log.ts';
import { writeTape } from '../../src/data/tape-file.ts';
import { generateTape } from '../../src/sim/generate-tape.ts';
import { type MarketConfig, marketConfigSchema } from '../../src/sim/market-config.ts';
import { loadMarketPreset } from '../market-presets.ts';

/** `bidlab import`: a log becomes a tape. */
export async function importService(request: ImportRequest, io: CliIo): Promise<Outcome> {
  const { input, format, mapping, out, maxBadRows } = request;
  const report = await importLog({
    input,
    out,
    maxBadRows,
    ...(format === undefined ? {} : { format }),
    ...(mapping === undefined ? {} : { mapping }),
    onProgress: ({ rows, bytes, totalBytes }) => {
      io.signal.throwIfAborted();
      io.progress({ task: 'import', label: `${rows} rows`, done: bytes, total: totalBytes });
    },
  });
  const rejects = report.rejectsPath === null ? [] : [report.rejectsPath];
  return {
    summary: [
      sentence(report.summary),
      ...(report.badRows > 0 ? [`${report.badRows} rows at fault were set aside.`] : []),
    ],
    files: [out, ...rejects],
    warnings: report.warnings,
    json: report,
  };
}

/** `bidlab generate`: a market becomes a tape. */
export async function generateService(request: GenerateRequest, io: CliIo): Promise<Outcome> {
  const { market, set, seed = 0, out } = request;
  const config = marketOf(market, set);
  io.progress({ task: 'generate', label: config.name, done: 0, total: null });
  const tape = generateTape(config, new Rng(`generate/${seed}`));
  const hash = writeTape(tape, out);
  const summary = describeTape(tape);
  return { summary: [sentence(summary)], files: [out], json: { out, seed, tapeHash: hash, summary } };
}

function marketOf(market: string, set: GenerateRequest['set']): MarketConfig {
  if (!/\.ya?ml$/.test(market)) {
    return loadMarketPreset(market, Object.fromEntries(set.map(({ path, value }) => [path, value])));
  }
  if (!existsSync(market)) {
    throw new SimError(
      'FILE_NOT_FOUND',
      `${market} does not exist; give a market's YAML or the id of a shipped market`,
    );
  }
  return parseYamlConfig(marketConfigSchema, readFileSync(market, 'utf8'), market, set);
}

function sentence({ name, rows, days, meanPriceCpm, currency, clicks }: TapeSummary): string {
  const span = days === null ? 'in log order' : days === 1 ? 'over one day' : `over ${days} days`;
  const price = meanPriceCpm === null ? '' : `, mean market price ${meanPriceCpm.toFixed(3)} ${currency} CPM`;
  return `${name}: ${rows} opportunities ${span}${price}, ${clicks} clicks.`;
}
