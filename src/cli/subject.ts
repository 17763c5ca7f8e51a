import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SimError } from '../core/errors.ts';
import type { Subject } from './services.ts';

/**
 * What a word of `bidlab evaluate` means: a folder is an exported bundle where it holds policy.json and a run otherwise, a
 * `.json` file is a bundle, a JavaScript file is a policy module, and any other word is the id of a baseline.
 *
 * @throws SimError `FILE_NOT_FOUND` for a path that does not exist.
 */
export function parseSubject(word: string): Subject {
  if (existsSync(word)) {
    if (!statSync(word).isDirectory()) return { kind: word.endsWith('.json') ? 'bundle' : 'module', value: word };
    const bundle = join(word, 'policy.json');
    return existsSync(bundle) ? { kind: 'bundle', value: bundle } : { kind: 'run', value: word };
  }
  if (/[/\\]|\.(?:json|[cm]?[jt]s)$/.test(word)) {
    throw new SimError(
      'FILE_NOT_FOUND',
      `${word}: no such file or folder; name a run folder, an exported policy, a module or the id of a baseline`,
    );
  }
  return { kind: 'id', value: word };
}
