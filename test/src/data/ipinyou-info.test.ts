import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readIpinyouInfo } from '../../../src/data/ipinyou-info.ts';

describe('readIpinyouInfo', () => {
  let path = '';
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bidlab-info-'));
    path = join(folder, 'info.json');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads the statistics of both logs and passes over what it does not know', () => {
    writeFileSync(
      path,
      '{"imp_train":4,"clk_train":1,"cost_train":9,"price_counter_train":[1,0,3],"imp_test":2,"clk_test":0,"cost_test":4,"dim":7}',
    );
    expect(readIpinyouInfo(path)).toEqual({
      trainImpressions: 4,
      trainClicks: 1,
      trainCost: 9,
      trainPriceCounts: [1, 0, 3],
      testImpressions: 2,
      testClicks: 0,
      testCost: 4,
    });
  });

  it('names the file and every field that is missing', () => {
    writeFileSync(path, '{"imp_train":4}');
    expect(() => readIpinyouInfo(path)).toThrow(/CONFIG_INVALID: .*info\.json\n(.*\n)*.*price_counter_train/);
    writeFileSync(path, '{');
    expect(() => readIpinyouInfo(path)).toThrow(/DATA_INVALID: .*info\.json: expected JSON/);
    expect(() => readIpinyouInfo(join(folder, 'absent.json'))).toThrow(/FILE_NOT_FOUND: .*absent\.json/);
  });
});
