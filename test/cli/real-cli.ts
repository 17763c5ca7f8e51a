import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { services } from '../../experiments/services/services.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { FakeHost } from './fakes.ts';

/** What a command line came to. */
export interface CliResult {
  readonly code: number;
  readonly out: string;
  /** All of stderr: progress, notes and the reason of a refusal. */
  readonly err: string;
  /** The line that tells why, without the program's name; empty where nothing went wrong. */
  readonly reason: string;
}

/** Runs one command line with everything real but the terminal. */
export async function bidlab(...argv: readonly string[]): Promise<CliResult> {
  const host = new FakeHost();
  const code = await runCli(argv, services, host);
  const at = host.err.lastIndexOf('\nbidlab: ');
  const reason = at < 0 && !host.err.startsWith('bidlab: ') ? '' : host.err.slice(at < 0 ? 0 : at + 1).slice(8);
  return { code, out: host.out, err: host.err, reason: reason.trimEnd() };
}

/** The JSON that a command prints with `--json`. */
export async function bidlabJson<T>(...argv: readonly string[]): Promise<T> {
  const { code, out, err } = await bidlab(...argv, '--json');
  expect(code, err).toBe(0);
  return JSON.parse(out) as T;
}

/** Every file under a folder, relative, sorted. */
export function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

/** Expects a refusal: exit code 1, nothing on stdout, the given reason and no stack. */
export function expectRefused(result: CliResult, reason: RegExp): void {
  expect(result.reason).toMatch(reason);
  expect([result.code, result.out]).toEqual([1, '']);
  expect(result.err).not.toMatch(/^\s+at |node:internal|unexpected/m);
}
