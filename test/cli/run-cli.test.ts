import { describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { SimError } from '../../src/core/errors.ts';
import { cli, FakeHost, FakeServices, outcome } from './fakes.ts';

/** Services whose run fails with the given error. */
function failing(error: unknown): FakeServices {
  const services = new FakeServices();
  services.run = async () => {
    throw error;
  };
  return services;
}

describe('the program', () => {
  it('shows help without a command and exits with 0', async () => {
    const { code, out, err } = await cli([]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('bidlab run <file>');
    expect(out).toContain('Exit codes: 0 done; 1 refused or failed');
    for (const flag of ['--help', '-h', 'help']) expect((await cli([flag])).out).toBe(out);
  });

  it('prints its version', async () => {
    expect(await cli(['--version'])).toMatchObject({ code: 0, out: '9.8.7\n', err: '' });
  });
});

describe('a wrong command line', () => {
  const cases: [string[], RegExp][] = [
    [['rnu', 'x.yaml'], /^bidlab: unknown command 'rnu'; did you mean 'run'\? Known: run, train/],
    [['run', 'x.yaml', '--seedz', '3'], /^bidlab: unknown option --seedz; did you mean --seeds\?/],
    [['run', 'x.yaml', '--zzzzzzzz'], /^bidlab: unknown argument 'zzzzzzzz'; options: --data/],
    [['run', 'x.yaml', 'y.yaml'], /^bidlab: unknown argument 'y\.yaml'/],
    [['run'], /^bidlab: run: <file> is missing \(experiment YAML.*\); see bidlab run --help/],
    [['run', 'x', '--seeds', '2.5'], /^bidlab: --seeds: expected a whole number from 1, received '2\.5'/],
    [['run', 'x', '--seeds', '0'], /^bidlab: --seeds: expected a whole number from 1, received '0'/],
    [['run', 'x', '--workers', '-1'], /^bidlab: --workers: expected a whole number from 1, received '-1'/],
    [['run', 'x', '--backend', 'gpu'], /^bidlab: unknown --backend 'gpu'; did you mean 'cpu'\? Known: auto, cuda/],
    [['run', 'x', '--out'], /^bidlab: --out: no value/],
    [['run', 'x', '--out', 'a', '--out', 'b'], /^bidlab: --out was given 2 times; give it once/],
    [['run', 'x', '--set'], /^bidlab: --set: no value/],
    [['run', 'x', '--set', 'a={'], /^bidlab: --set a: '\{' is not JSON/],
    [['completion', '--shell', 'tcsh'], /^bidlab: unknown --shell 'tcsh'.*Known: bash, zsh, fish/],
  ];
  for (const [argv, message] of cases) {
    it(`is refused in one line: bidlab ${argv.join(' ')}`, async () => {
      const { code, out, err, calls } = await cli(argv);
      expect(err).toMatch(message);
      expect(err.trimEnd().split('\n')).toHaveLength(1);
      expect([code, out, calls]).toEqual([1, '', []]);
    });
  }
});

describe('a failing service', () => {
  it('ends with 1 and the reason alone', async () => {
    const error = new SimError('UNKNOWN_ID', "unknown policy 'rbl'; did you mean 'rlb'?");
    const { code, out, err } = await cli(['run', 'x.yaml'], failing(error));
    expect([code, out]).toEqual([1, '']);
    expect(err.split('\n').slice(1).join('\n')).toBe("bidlab: UNKNOWN_ID: unknown policy 'rbl'; did you mean 'rlb'?\n");
  });

  it('lists every issue of a configuration', async () => {
    const error = new SimError('CONFIG_INVALID', 'x.yaml\n  5:3  a: unknown key\n  6:3  b: expected <= 1');
    const { err } = await cli(['run', 'x.yaml'], failing(error));
    expect(err).toContain('bidlab: CONFIG_INVALID: x.yaml\n  5:3  a: unknown key\n  6:3  b: expected <= 1\n');
  });

  it('shows no stack, except with --debug, and then those of the causes too', async () => {
    const error = new SimError('FILE_INVALID', 'a.tape: cut off', { cause: new Error('inner') });
    expect((await cli(['run', 'x.yaml'], failing(error))).err).not.toMatch(/\n\s+at /);
    const { err } = await cli(['run', 'x.yaml', '--debug'], failing(error));
    expect(err).toMatch(/bidlab: FILE_INVALID: a\.tape: cut off\n[\s\S]*\n\s+at .*caused by Error: inner/s);
  });

  it('is refused when what was printed could not be written, as where stdout is a file on a full disk', async () => {
    const host = new FakeHost();
    host.writeError = new SimError('OUTPUT_FAILED', 'standard output: could not be written: the disk is full');
    expect(await runCli(['list'], new FakeServices(), host)).toBe(1);
    expect(host.err).toMatch(/^bidlab: OUTPUT_FAILED: standard output: .*the disk is full/m);
  });

  it('puts a full disk and a missing file into words', async () => {
    const full = Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC', syscall: 'write', path: '/out/x' });
    expect((await cli(['run', 'x'], failing(full))).err).toMatch(/bidlab: OUTPUT_FAILED: \/out\/x: .*the disk is full/);
    const missing = Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open', path: 'x.yaml' });
    expect((await cli(['run', 'x'], failing(missing))).err).toContain('FILE_NOT_FOUND: x.yaml: no such file or folder');
  });

  it('owns up to a fault of its own', async () => {
    const { code, err } = await cli(['run', 'x'], failing(new TypeError('x is undefined\nsecond line')));
    expect(code).toBe(1);
    expect(err).toContain('bidlab: unexpected TypeError: x is undefined (run it again with --debug');
    expect((await cli(['run', 'x'], failing('text'))).err).toContain('unexpected failure: text');
  });
});

describe('Ctrl-C', () => {
  /** A run that reports when it has begun and then waits for the signal. */
  function waiting(onAbort: 'throw' | 'finish' | 'ignore') {
    const services = new FakeServices();
    const host = new FakeHost();
    const begun = new Promise<void>((resolve) => {
      services.run = (_request, io) =>
        new Promise((done, fail) => {
          io.signal.addEventListener('abort', () => {
            if (onAbort === 'throw') fail(io.signal.reason);
            if (onAbort === 'finish') done(outcome);
          });
          resolve();
        });
    });
    return { services, host, begun };
  }

  it('lets the service wind down, keeps what is finished, and ends with 130', async () => {
    const { services, host, begun } = waiting('throw');
    const code = runCli(['run', 'x.yaml'], services, host);
    await begun;
    host.interrupt();
    expect(await code).toBe(130);
    expect(host.err).toContain('Stopping… (press Ctrl-C again to stop at once)\n');
    expect(host.err).toContain(
      'bidlab: interrupted: finished runs are kept; start the same command again to resume.\n',
    );
    expect(host.numListeners).toBe(0);
  });

  it('ends with 130 also where the service finishes in spite of it, and 143 on SIGTERM', async () => {
    const { services, host, begun } = waiting('finish');
    const code = runCli(['run', 'x.yaml'], services, host);
    await begun;
    host.interrupt('SIGTERM');
    expect(await code).toBe(143);
  });

  it('pressed twice, does not wait for a service that does not listen', async () => {
    const { services, host, begun } = waiting('ignore');
    const code = runCli(['run', 'x.yaml'], services, host);
    await begun;
    host.interrupt();
    host.interrupt();
    expect(await code).toBe(130);
  });
});
