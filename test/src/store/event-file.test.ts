import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crc32c, eventFile } from '../../../src/store/event-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

const RECORDS = [
  { envSteps: 240, 'train/loss': 0.5, 'time/seconds': 1.5 },
  { envSteps: 2 ** 40 + 300, 'train/loss': 0.25, 'eval/valueRatio': -1, 'time/seconds': 3 },
];
const STARTED = new Date('2026-01-02T03:04:05Z');
const PYTHON = process.env['BIDLAB_PYTHON'] ?? 'python3';
const HAS_TENSORBOARD = spawnSync(PYTHON, ['-c', 'import tensorboard'], { stdio: 'ignore' }).status === 0;

/** Frames of a TFRecord file, with unmasked checksums compared. */
function framesOf(file: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(unmasked(file.readUInt32LE(at + 8))).toBe(crc32c(file.subarray(at, at + 8)));
    expect(unmasked(file.readUInt32LE(at + 12 + length))).toBe(crc32c(data));
    frames.push(data);
    at += 16 + length;
  }
  return frames;
}

function unmasked(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

type Field = number | bigint | Buffer;

/** Fields of a protocol-buffer message in order. */
function fieldsOf(message: Buffer): (readonly [number, Field])[] {
  const fields: (readonly [number, Field])[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = Number(varint());
    const wire = key & 7;
    const length = wire === 2 ? Number(varint()) : wire === 1 ? 8 : wire === 5 ? 4 : 0;
    const value =
      wire === 0
        ? varint()
        : wire === 1
          ? message.readDoubleLE(at)
          : wire === 5
            ? message.readFloatLE(at)
            : message.subarray(at, at + length);
    fields.push([key >> 3, value]);
    at += length;
  }
  return fields;
}

describe('crc32c', () => {
  it('gives the check value and the vectors of RFC 3720', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  });
});

describe('event files', () => {
  it('hold the version, then steps, wall times and scalars, in checked frames', () => {
    const [head, ...events] = framesOf(eventFile(RECORDS, STARTED)).map(fieldsOf);
    expect(head).toEqual([
      [1, STARTED.getTime() / 1000],
      [3, Buffer.from('brain.Event:2')],
    ]);
    const read = events.map(([wall, step, summary]) => ({
      seconds: Number(wall![1]) - STARTED.getTime() / 1000,
      step: Number(step![1]),
      values: fieldsOf(summary![1] as Buffer).map(([, value]) =>
        fieldsOf(value as Buffer).map(([, part]) => (typeof part === 'object' ? part.toString() : part)),
      ),
    }));
    expect(read).toEqual([
      {
        seconds: 1.5,
        step: 240,
        values: [
          ['train/loss', 0.5],
          ['time/seconds', 1.5],
        ],
      },
      {
        seconds: 3,
        step: 2 ** 40 + 300,
        values: [
          ['train/loss', 0.25],
          ['eval/valueRatio', -1],
          ['time/seconds', 3],
        ],
      },
    ]);
  });

  it.skipIf(!HAS_TENSORBOARD)("are read by TensorBoard's own reader", { timeout: 60_000 }, () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'events.out.tfevents.1767323045.bidlab'), eventFile(RECORDS, STARTED));
    const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1]); events.Reload()
tags = sorted(set(events.Tags()['scalars']) | set(events.Tags()['tensors']))
read = lambda t: [[e.step, e.wall_time, e.value] for e in events.Scalars(t)]
print(json.dumps({t: read(t) for t in tags}))`;
    const read = JSON.parse(execFileSync(PYTHON, ['-c', script, folder], { encoding: 'utf8', stdio: 'pipe' }));
    const start = STARTED.getTime() / 1000;
    expect(read).toEqual({
      'eval/valueRatio': [[2 ** 40 + 300, start + 3, -1]],
      'time/seconds': [
        [240, start + 1.5, 1.5],
        [2 ** 40 + 300, start + 3, 3],
      ],
      'train/loss': [
        [240, start + 1.5, 0.5],
        [2 ** 40 + 300, start + 3, 0.25],
      ],
    });
  });
});
