/** One figure of `bidlab bench`. */
export interface Benchmark {
  /** What is measured, in words. */
  readonly title: string;
  readonly unit: '/s' | 's' | 'ms';
  /** Of a figure of another program: the figure of ours that it stands beside; it is skipped where the program is missing. */
  readonly beside?: string;
  /** @throws SimError `BACKEND_UNAVAILABLE` where what is measured is not installed. */
  measure(): Promise<number>;
}
