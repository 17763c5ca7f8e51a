import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { plainProgress } from '../../src/cli/plain-progress.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { TimeLeft } from '../../src/cli/time-left.ts';
import { FakeHost, FakeServices, outcome } from './fakes.ts';

describe('TimeLeft', () => {
  it('divides what is left by the mean speed since the start', () => {
    const clock = new TimeLeft(0, 0);
    expect(clock.left(10_000, 25, 100)).toBe(30);
  });

  it('does not count what an earlier start had done', () => {
    const clock = new TimeLeft(0, 50);
    expect(clock.left(10_000, 60, 100)).toBe(40);
  });

  it('does not guess in the first second, before anything is done, or without a total', () => {
    const clock = new TimeLeft(0, 0);
    expect(clock.left(900, 5, 10)).toBeNull();
    expect(clock.left(5000, 0, 10)).toBeNull();
    expect(clock.left(5000, 5, null)).toBeNull();
  });
});

describe('progress in a pipe', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('prints the first line at once, then one every two seconds, and the end', () => {
    const host = new FakeHost();
    const progress = plainProgress(host);
    for (let i = 0; i <= 10; i++) {
      progress.update({ task: 'all', label: 'training', done: i, total: 10, unit: 'runs' });
      progress.update({ task: `run ${i}`, label: 'ppo', done: 1, total: 2 });
      host.sleep(1000);
    }
    progress.stop();
    expect(host.err.split('\n')).toEqual([
      '   0 %  training · 0 of 10 runs · 0 s',
      '  20 %  training · 2 of 10 runs · 8 s left',
      '  40 %  training · 4 of 10 runs · 6 s left',
      '  60 %  training · 6 of 10 runs · 4 s left',
      '  80 %  training · 8 of 10 runs · 2 s left',
      ' 100 %  training · 10 of 10 runs · in 10 s',
      '',
    ]);
  });

  it('stays alive every five seconds while there is no news', () => {
    const host = new FakeHost();
    const progress = plainProgress(host);
    progress.update({ task: 'all', label: 'reading', done: 0, total: null });
    for (let i = 0; i < 10; i++) {
      host.sleep(1000);
      vi.advanceTimersByTime(1000);
    }
    progress.stop();
    expect(host.err).toBe('   …    reading · 0 s\n   …    reading · 5 s\n   …    reading · 10 s\n');
  });

  it('begins before the service has said anything', async () => {
    const host = new FakeHost();
    const services = new FakeServices();
    let before = '';
    services.run = async () => {
      before = host.err;
      return outcome;
    };
    await runCli(['run', 'x.yaml'], services, host);
    expect(before).toBe('   …    run: starting · 0 s\n');
  });
});

describe('progress on a terminal', () => {
  it('draws bars inside updates, fits the width, and leaves the screen clean', async () => {
    const host = new FakeHost({ tty: true, env: { NO_COLOR: '1' } });
    const stream = Object.assign(host.stderr, { cursorTo() {}, moveCursor() {}, clearLine() {} });
    const services = new FakeServices();
    services.run = async (_request, io) => {
      for (let i = 0; i <= 4; i++) {
        io.progress({
          task: 'all',
          label: 'a label that is so long that it cannot fit '.repeat(4),
          done: i,
          total: 4,
          unit: 'runs',
        });
        host.sleep(1000);
      }
      io.note('a remark');
      return outcome;
    };
    expect(
      await runCli(['run', 'x.yaml'], services, {
        ...host,
        now: () => host.now(),
        onInterrupt: () => () => {},
        flush: async () => {},
        stderr: stream,
      }),
    ).toBe(0);
    expect(host.err).toContain('run: starting');
    expect(host.err).toContain('████████████░░░░░░░░░░░░  50 %');
    expect(host.err).toContain('2 of 4 runs · 2 s left');
    expect(host.err).toContain('a remark\n');
    expect(host.err.lastIndexOf('\u001b[?25h')).toBeGreaterThan(host.err.lastIndexOf('\u001b[?25l'));
    for (const line of stripVTControlCharacters(host.err.replaceAll('\u001b', '\n\u001b')).split('\n')) {
      expect(line.length).toBeLessThanOrEqual(100);
    }
  });
});
