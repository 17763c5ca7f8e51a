import type { CliHost } from '../../src/cli/host.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import type { CliServices, ListSection, Outcome } from '../../src/cli/services.ts';

/** A process that remembers what was written and can be interrupted by hand. */
export class FakeHost implements CliHost {
  out = '';
  err = '';
  env: Record<string, string | undefined>;
  readonly stdout: CliHost['stdout'];
  readonly stderr: CliHost['stderr'];
  #time = 0;
  #listeners: ((signal: 'SIGINT' | 'SIGTERM') => void)[] = [];

  constructor(options: { tty?: boolean; env?: Record<string, string> } = {}) {
    this.env = options.env ?? {};
    const isTTY = options.tty === true;
    this.stdout = { write: (text) => (this.out += text), isTTY, columns: 100 };
    this.stderr = { write: (text) => (this.err += text), isTTY, columns: 100 };
  }

  onInterrupt(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void {
    this.#listeners.push(listener);
    return () => {
      this.#listeners = this.#listeners.filter((known) => known !== listener);
    };
  }

  interrupt(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): void {
    for (const listener of this.#listeners) listener(signal);
  }

  get numListeners(): number {
    return this.#listeners.length;
  }

  /** Set it to have the last write fail. */
  writeError: Error | null = null;

  async flush(): Promise<void> {
    if (this.writeError !== null) throw this.writeError;
  }

  now(): number {
    return this.#time;
  }

  sleep(milliseconds: number): void {
    this.#time += milliseconds;
  }
}

export const outcome: Outcome = {
  summary: ['PPO won: 0.973 of the hindsight optimum.'],
  tables: [
    {
      columns: [{ title: 'policy' }, { title: 'R/R*' }],
      rows: [
        ['PPO', 0.9731],
        ['RLB', 0.956],
        ['none', null],
      ],
    },
  ],
  files: ['results/x/report.html'],
  json: { policies: ['ppo'], value: 0.9731 },
};

export const sections: readonly ListSection[] = [
  {
    kind: 'agents',
    entries: [
      { id: 'dqn', title: 'DQN', description: 'double, n-step' },
      { id: 'ppo', title: 'PPO' },
    ],
  },
  { kind: 'baselines', entries: [{ id: 'rlb', title: 'RLB (exact DP)' }] },
  { kind: 'markets', entries: [{ id: 'open-market', title: 'Open market' }] },
  { kind: 'benchmarks', entries: [{ id: 'replay.index', title: 'Replay by index' }] },
];

/** Services that record how they were called. */
export class FakeServices implements CliServices {
  readonly version = '9.8.7';
  readonly calls: [string, unknown][] = [];
  run: CliServices['run'] = (request) => this.#record('run', request);
  train: CliServices['train'] = (request) => this.#record('train', request);
  collect: CliServices['collect'] = (request) => this.#record('collect', request);
  evaluate: CliServices['evaluate'] = (request) => this.#record('evaluate', request);
  report: CliServices['report'] = (request) => this.#record('report', request);
  list: CliServices['list'] = async () => sections;
  importLog: CliServices['importLog'] = (request) => this.#record('importLog', request);
  generate: CliServices['generate'] = (request) => this.#record('generate', request);
  exportRun: CliServices['exportRun'] = (request) => this.#record('exportRun', request);
  explain: CliServices['explain'] = (request) => this.#record('explain', request);
  doctor: CliServices['doctor'] = async (data) => {
    this.calls.push(['doctor', data]);
    return [
      { name: 'node', ok: true, required: true, detail: 'v20.19.0' },
      { name: 'cuda', ok: false, required: false, detail: 'no driver', remedy: 'install one' },
    ];
  };

  trainProbe: CliServices['trainProbe'] = async (backend) => {
    this.calls.push(['trainProbe', backend]);
    const summary = [`${backend ?? 'every'}: tried`];
    return { ok: backend !== 'cuda', outcome: { summary, files: [], json: { backend } } };
  };

  async *bench(only: readonly string[]): ReturnType<CliServices['bench']> {
    this.calls.push(['bench', only]);
    yield { name: 'replay.index', value: 12_345_678.9, unit: '/s' };
    yield { name: 'dp.rlb', value: 0.2345678, unit: 's' };
  }

  async #record(name: string, request: unknown): Promise<Outcome> {
    this.calls.push([name, request]);
    return outcome;
  }
}

/** Runs one command line against fakes. */
export async function cli(argv: readonly string[], services = new FakeServices(), host = new FakeHost()) {
  const code = await runCli(argv, services, host);
  return { code, out: host.out, err: host.err, calls: services.calls };
}
