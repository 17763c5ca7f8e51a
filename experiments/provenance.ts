import { microsToCpm } from '../src/core/units.ts';
import type { TapeMeta } from '../src/data/tape.ts';
import type { Manifest } from '../src/store/manifest.ts';

/** Where numbers come from, label → value in words. */
export function provenanceOf(manifest: Manifest, meta: TapeMeta): Record<string, string> {
  const cap = meta.maxBidMicros === null ? '' : `, at most ${microsToCpm(meta.maxBidMicros)} ${meta.currency} CPM`;
  return {
    Market: meta.name,
    'Auction rules': `${meta.pricing.replace('-', ' ')}, ties ${meta.ties}, bids in steps of ${meta.bidQuantumMicros} micros${cap}`,
    ...machineFacts(manifest),
    'Configuration hash': manifest.configHash,
    'Tape hash': manifest.tapeHash ?? 'none',
  };
}

/** What made the numbers: versions, commit and machine, label → value in words. */
export function machineFacts(manifest: Manifest): Record<string, string> {
  const { git, cpu } = manifest;
  return {
    bidlab: manifest.bidlab,
    Commit: git === null ? 'outside a git checkout' : `${git.commit.slice(0, 12)}${git.dirty ? ', with changes' : ''}`,
    Node: manifest.node,
    'Trained on': trainedOn(manifest),
    Processor: `${cpu.cores} × ${cpu.model}`,
  };
}

function trainedOn({ backend, gpu }: Manifest): string {
  if (backend === 'none') return 'nothing was trained';
  return gpu === null ? backend : `${backend} (${gpu})`;
}
