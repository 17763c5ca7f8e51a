import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSet } from '../../src/cli/parse-set.ts';

describe('parseSet', () => {
  it('reads JSON values of every kind', () => {
    expect(parseSet('campaign=2997')).toEqual({ path: 'campaign', value: 2997 });
    expect(parseSet('budgetFractions=[0.03125,0.125]')).toEqual({ path: 'budgetFractions', value: [0.03125, 0.125] });
    expect(parseSet('policies=[{"id":"constant"}]')).toEqual({ path: 'policies', value: [{ id: 'constant' }] });
    expect(parseSet('name="a=b"')).toEqual({ path: 'name', value: 'a=b' });
    expect(parseSet('env.steps=-1e3')).toEqual({ path: 'env.steps', value: -1000 });
    expect(parseSet('shape=null')).toEqual({ path: 'shape', value: null });
    expect(parseSet('quick=true')).toEqual({ path: 'quick', value: true });
  });

  it('reads list entries in brackets or behind a dot', () => {
    expect(parseSet('policies[0].id="ppo"').path).toBe('policies.0.id');
    expect(parseSet('policies.0.id="ppo"').path).toBe('policies.0.id');
  });

  it('takes plain words as text', () => {
    for (const text of ['spring', 'open-market', './mine.mjs', '../data', '/tmp/x y', 'über', '_x', '~/logs']) {
      expect(parseSet(`name=${text}`)).toEqual({ path: 'name', value: text });
    }
  });

  it('gives back every JSON value under any path (property)', () => {
    const key = fc.stringMatching(/^[A-Za-z_][\w-]{0,8}$/);
    const path = fc.array(key, { minLength: 1, maxLength: 4 }).map((keys) => keys.join('.'));
    const value = fc.jsonValue().map((json) => JSON.parse(JSON.stringify(json)));
    fc.assert(
      fc.property(path, value, (where, json) => {
        expect(parseSet(`${where}=${JSON.stringify(json)}`)).toEqual({ path: where, value: json });
      }),
    );
  });

  it('refuses what is neither JSON nor a plain word, naming the path, the remedy and an example', () => {
    for (const text of [
      '{',
      '[1,',
      '0.5.',
      '1e',
      '-',
      "{id:'x'}",
      'a,b',
      'True',
      'NaN',
      'None',
      '0x10',
      '"open',
      '.5',
    ]) {
      expect(() => parseSet(`agent.gamma=${text}`), text).toThrow(
        /^--set agent\.gamma: '.*' is not JSON; quote text .*for example --set horizon=1000/,
      );
    }
  });

  it('refuses a missing value, a missing path and a missing equals sign', () => {
    expect(() => parseSet('horizon=')).toThrow(/^--set horizon: no value; expected path=JSON, for example/);
    expect(() => parseSet('horizon')).toThrow(/^--set horizon: no value/);
    for (const bad of ['=3', 'a..b=3', '.a=3', 'a b=3', 'a[x]=3', '3=3']) {
      expect(() => parseSet(bad), bad).toThrow(/expected path=JSON, for example/);
    }
  });
});
