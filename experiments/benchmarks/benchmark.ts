/** One figure of `bidlab bench`. */
export interface Benchmark {
  /** What is measured, in words. */
  readonly title: string;
  readonly unit: '/s' | 's' | 'ms';
  measure(): Promise<number>;
}
