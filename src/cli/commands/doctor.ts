import { type Command, type CommandContext, jsonOption } from '../command.ts';
import { BACKENDS, type DoctorCheck } from '../services.ts';
import { UsageError } from '../usage-error.ts';

function printChecks(checks: readonly DoctorCheck[], context: CommandContext): void {
  const width = Math.max(0, ...checks.map((check) => check.name.length));
  for (const { name, ok, required, detail, remedy } of checks) {
    const mark = ok ? context.paint.good('✓') : required ? context.paint.bad('✗') : '–';
    context.print(`${mark} ${name.padEnd(width)}  ${detail}`);
    if (!ok && remedy) context.print(`${' '.repeat(width + 4)}→ ${remedy}`);
  }
  const failed = checks.filter((check) => check.required && !check.ok).map((check) => check.name);
  context.print(`\n${failed.length === 0 ? 'bidlab works on this machine.' : `Not working: ${failed.join(', ')}.`}`);
}

/** `bidlab doctor`: what works on this machine, why not, and what to do. */
export const doctorCommand: Command = {
  name: 'doctor',
  describe: 'Check Node, training backends, GPU and data, and say what to do about what is missing',
  positionals: [],
  options: {
    data: { kind: 'text', describe: 'data folder to check' },
    'train-probe': {
      kind: 'flag',
      describe:
        'train on every backend that works here: milliseconds per update, and whether weights come out the same',
    },
    backend: { kind: 'text', describe: 'with --train-probe: the backend that must train', choices: BACKENDS },
    json: jsonOption,
  },
  examples: [
    ['bidlab doctor', 'what works here'],
    ['bidlab doctor --data DIR --json', 'with a data folder, for programs'],
    ['bidlab doctor --train-probe --backend cuda', 'prove that updates run on the GPU'],
  ],
  starting: 'checking',
  prepare(args) {
    const data = args.optionalText('data');
    const backend = args.backend();
    if (args.flag('train-probe')) {
      return async (context) => {
        const { ok, outcome } = await context.services.trainProbe(backend, context.io);
        context.present(outcome, args.flag('json'));
        return ok ? 0 : 1;
      };
    }
    if (backend !== undefined)
      throw new UsageError('--backend: only with --train-probe; add it, or leave --backend out');
    return async (context) => {
      const checks = await context.services.doctor(data, context.io);
      const failed = checks.filter((check) => check.required && !check.ok);
      if (args.flag('json')) context.print(JSON.stringify({ ok: failed.length === 0, checks }));
      else printChecks(checks, context);
      return failed.length === 0 ? 0 : 1;
    };
  },
};
