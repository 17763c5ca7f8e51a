import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { COMPLETE_WORD } from '../../src/cli/completion-script.ts';
import { cli } from './fakes.ts';

/** Completions of the words after `bidlab`; the last one is unfinished. */
async function complete(...words: string[]): Promise<string[]> {
  const { code, out, err } = await cli([COMPLETE_WORD, ...words]);
  expect([code, err]).toEqual([0, '']);
  return out.split('\n').filter((line) => line !== '');
}

describe('shell completion', () => {
  it('offers commands', async () => {
    expect(await complete('re')).toEqual(['report']);
    expect(await complete('')).toContain('doctor');
    expect(await complete()).toContain('run');
  });

  it('offers options and the choices of an option', async () => {
    expect(await complete('run', 'x.yaml', '--se')).toEqual(['--set', '--seeds']);
    expect(await complete('run', 'x.yaml', '--backend', '')).toEqual([
      'auto',
      'cuda',
      'tensorflow',
      'simd',
      'wasm',
      'cpu',
    ]);
    expect(await complete('run', 'x.yaml', '--backend', 'cu')).toEqual(['cuda']);
  });

  it('offers the ids of the registries', async () => {
    expect(await complete('train', 'x.yaml', '--policy', '')).toEqual(['dqn', 'ppo']);
    expect(await complete('bench', '--only', 'rep')).toEqual(['replay.index']);
    expect(await complete('generate', '')).toEqual(['open-market']);
    expect(await complete('evaluate', 'r')).toEqual(['rlb']);
    expect(await complete('list', 'ma')).toEqual(['markets']);
  });

  it('leaves files to the shell', async () => {
    expect(await complete('report', '')).toEqual([]);
    expect(await complete('run', 'x.yaml', '--out', '')).toEqual([]);
    expect(await complete('nothing', '')).toEqual([]);
  });
});

describe('bidlab completion', () => {
  it('prints a bash script that completes through the program', async () => {
    const { out } = await cli(['completion']);
    const script = `bidlab() { printf '%s|' "$@"; }\n${out}\nCOMP_WORDS=(bidlab run --ba); COMP_CWORD=2\n_bidlab_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, `${COMPLETE_WORD}|run|--ba|\n`]);
  });

  it('speaks zsh and fish', async () => {
    expect((await cli(['completion', '--shell', 'zsh'])).out).toContain('compdef _bidlab_complete bidlab');
    expect((await cli(['completion', '--shell', 'fish'])).out).toContain('complete -c bidlab');
  });
});
