/** What one training of either program leaves; plain JSON. */
export interface PeerRun {
  /** Evaluations up to the first that reached the threshold; seconds are those of training alone. */
  readonly curve: readonly { readonly envSteps: number; readonly seconds: number; readonly score: number }[];
  readonly versions: string;
  /** Of a training over the bridge, seconds: waiting for vector steps, and the environment's own share of that. */
  readonly bridge: { readonly waiting: number; readonly environment: number } | null;
}
