import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);

/** Every TypeScript source of the package by its path. */
function sources(folders: readonly string[]): ReadonlyMap<string, string> {
  const files = folders.flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`),
  );
  return new Map(files.map((file) => [file, readFileSync(new URL(file, root), 'utf8')]));
}

/** The code without comments, which may name what the code must not use. */
function codeOf(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}

function filesWith(pattern: RegExp, folders: readonly string[]): string[] {
  return [...sources(folders)].filter(([, text]) => pattern.test(codeOf(text))).map(([file]) => file);
}

/** Exported functions of a file that no sentence describes. typedoc's own check would ask the same of every method. */
function undescribed(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  return source.statements
    .filter((node) => ts.isFunctionDeclaration(node))
    .filter((node) => node.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword))
    .filter((node) => !ts.getJSDocCommentsAndTags(node).some((doc) => ts.isJSDoc(doc) && doc.comment !== undefined))
    .map((node) => `${file}: ${node.name?.text}`);
}

const ALL = ['src', 'envs', 'agents', 'experiments'];

/** A clock may time a run and date its manifest; results depend on it nowhere. */
const MAY_READ_THE_CLOCK = /^(experiments\/|src\/(cli|store|nn)\/)/;

describe('the sources', () => {
  it('draw no number from Math.random', () => {
    expect(filesWith(/Math\.random/, ALL)).toEqual([]);
  });

  it('read a clock only where runs are timed and dated', () => {
    const readers = filesWith(/Date\.now|performance\.now|new Date\(\)|process\.hrtime/, ALL);
    expect(readers.filter((file) => !MAY_READ_THE_CLOCK.test(file))).toEqual([]);
  });

  it('describe every exported function in a sentence', () => {
    const files = [...sources(ALL)].filter(([file]) => !file.startsWith('experiments/scripts/'));
    expect(files.flatMap(([file, text]) => undescribed(file, text))).toEqual([]);
    expect(undescribed('planted.ts', '/** @param x 1. */\nexport function f(x: number) {}')).toEqual(['planted.ts: f']);
  });

  it('leave nothing to be done', () => {
    const marked = [...sources([...ALL, 'test'])].filter(([, text]) => /\b(TODO|FIXME|XXX)\b(?!\|)/.test(text));
    expect(marked.map(([file]) => file).filter((file) => file !== 'test/conformance/sources.test.ts')).toEqual([]);
  });
});
