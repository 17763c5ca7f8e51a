import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseYamlConfig } from '../core/config.ts';
import { SimError } from '../core/errors.ts';
import { makeRegistry } from '../core/registry.ts';
import { auctionRulesSchema } from './auction-rules.ts';

const column = (description: string) =>
  z
    .union([z.string().min(1), z.int().min(1)])
    .optional()
    .meta({ description: `${description} A name from the header, or a position from 1.` });

const columnsSchema = z.strictObject({
  timestamp: column('Time of the opportunity; rows must be in order.'),
  order: column('A number that never falls, where no time is known.'),
  value: column('Expected value of the impression; instead of pCtr.'),
  pCtr: column('Predicted click probability, 0 to 1.'),
  pCvr: column('Predicted probability of a conversion given a click, 0 to 1.'),
  marketPrice: z.union([z.string().min(1), z.int().min(1)]).meta({
    description: 'Highest rival price; may be empty for a lost auction where lostPrices is won-only.',
  }),
  floor: column('Smallest price the seller takes; empty for none.'),
  bid: column('What the bidder of the log bid; empty where it did not.'),
  won: column('1 where the bidder of the log won, else 0.'),
  click: column('1 where the impression is clicked, else 0; may be empty where it was lost.'),
  conversion: column('1 where it converts, else 0; may be empty where it was lost.'),
  segment: column('A kind of traffic, such as the device.'),
});

/** How to read a log: which column is what, in which units, under which auction rules. */
export const logMappingSchema = z
  .strictObject({
    name: z.string().min(1).optional().meta({ description: 'Name in reports; the name of the file if absent.' }),
    delimiter: z.string().length(1).default(',').meta({ description: 'Character between two columns.' }),
    quote: z.enum(['double', 'none']).default('double').meta({
      description: 'Whether a field may stand in double quotes; none takes a quote as any other character.',
    }),
    header: z.boolean().default(true).meta({ description: 'Whether the first line names the columns.' }),
    columns: columnsSchema,
    time: z
      .strictObject({
        format: z.enum(['iso', 'epoch-seconds', 'epoch-millis']).default('iso').meta({
          description: 'ISO 8601 (UTC where no offset is written), or a count since 1970.',
        }),
        utcOffsetMinutes: z
          .int()
          .min(-1440)
          .max(1440)
          .default(0)
          .meta({ unit: 'minutes', description: 'Where the days of the campaign begin: 480 for China.' }),
      })
      .prefault({}),
    valuePerClick: z.number().nonnegative().optional().meta({
      unit: 'value units',
      description: 'Worth of a click, with pCtr; 1 counts expected clicks and is the default.',
    }),
    valuePerConversion: z.number().nonnegative().optional().meta({
      unit: 'value units',
      description: 'Worth of a conversion on top of its click, with pCvr.',
    }),
    valueUnit: z.string().min(1).optional().meta({ description: 'One unit of value in words, for reports.' }),
    currency: z.string().regex(/^[A-Z]{3}$/, 'expected a three-letter code such as EUR'),
    priceUnit: z
      .union([
        z.enum(['cpm', 'impression', 'micros']),
        z.strictObject({ name: z.string().min(1), micros: z.number().positive() }),
      ])
      .meta({
        description:
          'Unit of every price: currency per thousand impressions, per impression, micros per impression, or a name with ' +
          'the micros that one unit is for one impression.',
      }),
    lostPrices: z.enum(['known', 'won-only']).meta({
      description: 'Whether the market price of auctions that the bidder of the log lost is known.',
    }),
    auction: auctionRulesSchema,
  })
  .superRefine((mapping, context) => {
    const { columns } = mapping;
    const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if ((columns.timestamp === undefined) === (columns.order === undefined) && columns.timestamp !== undefined) {
      fault(['columns', 'order'], 'expected timestamp or order, received both');
    }
    if ((columns.value === undefined) === (columns.pCtr === undefined)) {
      fault(['columns', 'value'], 'expected exactly one of value and pCtr');
    }
    if (columns.pCvr !== undefined && columns.pCtr === undefined) {
      fault(['columns', 'pCvr'], 'expected pCtr beside it: pCvr is given a click');
    }
    if (columns.value !== undefined && mapping.valuePerClick !== undefined) {
      fault(['valuePerClick'], 'expected only with columns.pCtr; columns.value already is the worth');
    }
    if ((mapping.valuePerConversion ?? 0) > 0 !== (columns.pCvr !== undefined)) {
      fault(['valuePerConversion'], 'expected above 0 if and only if columns.pCvr is there');
    }
    if (!mapping.header && Object.values(columns).some((name) => typeof name === 'string')) {
      fault(['columns'], 'expected positions (1, 2, …), as header is false');
    }
  })
  .meta({ description: 'How bidlab import reads a CSV log.' });

/** A checked mapping, see {@link logMappingSchema}. */
export type LogMapping = z.output<typeof logMappingSchema>;

/** What a column is, in the mapping's words. */
export type ColumnRole = keyof LogMapping['columns'];

/**
 * Reads a mapping from its YAML file.
 *
 * @throws SimError `FILE_NOT_FOUND`; `CONFIG_INVALID` with every issue, by line and column.
 */
export function readMapping(path: string): LogMapping {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SimError('FILE_NOT_FOUND', `${path}: the column mapping cannot be read; check the path.`, {
      cause: error,
    });
  }
  return parseYamlConfig(logMappingSchema, text, path);
}

/** The iPinYou benchmark format: `click price pCTR` without a header, prices in fen CPM, ties win, bids 0 to 300. */
export const IPINYOU_MAPPING: LogMapping = logMappingSchema.parse({
  delimiter: ' ',
  quote: 'none',
  header: false,
  columns: { click: 1, marketPrice: 2, pCtr: 3 },
  currency: 'CNY',
  priceUnit: { name: 'fen CPM', micros: 10 },
  lostPrices: 'known',
  auction: { pricing: 'second-price', ties: 'win', minBid: 0, bidQuantumMicros: 10, maxBid: 300 },
});

/** Log formats that need no mapping of one's own; add one here and `bidlab import --format` knows it. */
export const logFormats = makeRegistry<LogMapping>('log format', { ipinyou: IPINYOU_MAPPING });

/** Name and micros of the mapping's price unit. */
export function priceUnitOf(mapping: LogMapping): { readonly name: string; readonly micros: number } {
  const unit = mapping.priceUnit;
  if (unit === 'cpm') return { name: 'CPM', micros: 1000 };
  if (unit === 'impression') return { name: `${mapping.currency} per impression`, micros: 1_000_000 };
  if (unit === 'micros') return { name: 'micros per impression', micros: 1 };
  return unit;
}
