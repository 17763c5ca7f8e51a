import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { atomicWriteFileSync, outputError } from '../core/atomic-write.ts';
import { SimError } from '../core/errors.ts';
import type { Bundle } from './bundle.ts';

/** Folder entries of an exported policy. */
const BUNDLE_FILE = 'policy.json';
const GUIDE_FILE = 'README.md';

/** Checksum of the bundle that a file holds; null where it holds anything else. */
function storedChecksum(path: string): unknown {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { checksum?: unknown }).checksum ?? null;
  } catch {
    return null;
  }
}

/**
 * Writes `policy.json` and a `README.md` that tells how to use it. Each file appears whole or not at all; the policy last.
 *
 * @param options `force` replaces another policy that is already there.
 * @returns The paths written.
 * @throws SimError `OUTPUT_CONFLICT` where the folder holds another policy or is a file; `OUTPUT_FAILED` where it cannot be written.
 */
export function writeBundle(bundle: Bundle, dir: string, options: { readonly force?: boolean } = {}): string[] {
  if (existsSync(dir) && !statSync(dir).isDirectory()) {
    throw new SimError('OUTPUT_CONFLICT', `${dir}: expected a folder, found a file; choose another one with --out`);
  }
  const policyPath = join(dir, BUNDLE_FILE);
  const guidePath = join(dir, GUIDE_FILE);
  if (existsSync(policyPath) && options.force !== true && storedChecksum(policyPath) !== bundle.checksum) {
    throw new SimError(
      'OUTPUT_CONFLICT',
      `${policyPath}: another policy is already there; choose another --out or replace it with --force`,
    );
  }
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    throw outputError(dir, error);
  }
  atomicWriteFileSync(guidePath, guide(bundle));
  atomicWriteFileSync(policyPath, `${formatJson(bundle, '')}\n`);
  return [policyPath, guidePath];
}

/** True for what stands on one line: numbers, weights, one golden vector. */
function isFlat(value: object): boolean {
  return Array.isArray(value) ? value.every((entry) => typeof entry === 'number') : 'bids' in value;
}

/** JSON with one line per array of numbers and per golden vector, so that a person can read and diff it. */
function formatJson(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null || isFlat(value)) return JSON.stringify(value);
  const inner = `${indent}  `;
  const isArray = Array.isArray(value);
  const lines = Object.entries(value).map(
    ([key, entry]) => `${inner}${isArray ? '' : `${JSON.stringify(key)}: `}${formatJson(entry, inner)}`,
  );
  if (lines.length === 0) return isArray ? '[]' : '{}';
  return `${isArray ? '[' : '{'}\n${lines.join(',\n')}\n${indent}${isArray ? ']' : '}'}`;
}

function guide(bundle: Bundle): string {
  const features = bundle.observation.features.map(
    (f) => `| ${f.name} | ${f.unit} | ${f.low} … ${f.high} | \`${f.formula}\` | ${f.defaultWhenMissing} |`,
  );
  const counters = bundle.counters.map((c) => `| ${c.name} | ${c.unit} | ${c.description} |`);
  const value = Number(bundle.observation.scales.value.toPrecision(3));
  const price = Math.round(bundle.observation.scales.priceMicros);
  const sizes = bundle.network.layers.map((layer) => layer.outputs).join('-');
  return `# ${bundle.title}

A bidding policy exported by bidlab. At the start of each decision step it turns what the bidder has counted into a
multiplier; every bid of the step is multiplier × value. Money is in micros (millionths of ${bundle.currency}); value is in
${bundle.valueUnit}.

## Use it in JavaScript

\`bidlab/policy\` is one file without dependencies; copy it or import it. It refuses a bundle that was changed, and replays
the ${bundle.golden.length} recorded decisions before it hands the policy out.

\`\`\`js
import { readFileSync } from 'node:fs';
import { loadPolicy } from 'bidlab/policy';

const policy = await loadPolicy(readFileSync('policy.json', 'utf8'));
const flight = policy.startFlight({
  budgetMicros: 50_000_000, // 50 ${bundle.currency}
  expectedAuctions: new Array(48).fill(2000), // the traffic plan, one entry per decision step
});

flight.startStep(); // when a decision step begins
const value = ${value}; // what this request is worth, in ${bundle.valueUnit}
const bid = flight.bid(value, 0); // value and floor of the request; integer micros, 0 means no bid
flight.recordAuction(true, ${price}, value); // what came of it: won, price paid in micros, value
\`\`\`

Save \`flight.state\` (plain JSON) to go on after a restart: \`policy.startFlight(plan, state)\`. A bid is never above the money
left, but bids whose outcome is not known yet are not set aside: a bidder with many open at once should hold some back.

## Use it elsewhere

\`policy.json\` holds everything: counters, observation, network (inputs ${bundle.observation.features.length}, layers ${sizes}), action, bid rule. Follow the
formulas below and check yourself against \`golden\`: each entry goes from raw counters through observation, outputs and
multiplier to bids.

Observation, in the order of the network's inputs; each value is clipped to its range and rounded to float32:

| feature | unit | range | formula | where missing |
|---|---|---|---|---|
${features.join('\n')}

with scales.priceMicros = ${bundle.observation.scales.priceMicros} and scales.value = ${bundle.observation.scales.value}, from these counters:

| counter | unit | meaning |
|---|---|---|
${counters.join('\n')}

Network: ${bundle.network.arithmetic}.

Action: ${bundle.action.description} The unit is ${bundle.action.unit}; before the first step lastMultiplier is ${bundle.action.startingMultiplier}.

Bid: ${bundle.bid.formula}.
`;
}
