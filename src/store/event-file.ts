/*
 * TensorBoard's event files: TFRecord frames (length, masked CRC-32C of it, data, masked CRC-32C of that) around Event
 * messages in protocol-buffer wire format (tensorflow/core/util/event.proto, tensorflow/core/lib/io/record_writer.h).
 */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  return rest;
});

/** CRC-32C (Castagnoli), unsigned: RFC 3720, appendix B.4. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}

/** TFRecord's mask: a checksum of data that hold checksums would be weak. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/**
 * Training records as an event file: one Event per record with a scalar per metric, at step `envSteps`.
 *
 * @param startedAt Wall time of the beginning; a record stands `time/seconds` later.
 */
export function eventFile(records: readonly Readonly<Record<string, number>>[], startedAt: Date): Buffer {
  const start = startedAt.getTime() / 1000;
  const head = Buffer.concat([double(1, start), bytesField(3, Buffer.from('brain.Event:2'))]);
  const events = records.map((record) => {
    const values = Object.entries(record)
      .filter(([id]) => id !== 'envSteps')
      .map(([id, value]) => bytesField(1, Buffer.concat([bytesField(1, Buffer.from(id)), float(2, value)])));
    const step = Buffer.concat([tag(2, 0), varint(record['envSteps'] ?? 0)]);
    return Buffer.concat([
      double(1, start + (record['time/seconds'] ?? 0)),
      step,
      bytesField(5, Buffer.concat(values)),
    ]);
  });
  return Buffer.concat([head, ...events].map(frame));
}

function frame(data: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, uint32(maskedCrc(length)), data, uint32(maskedCrc(data))]);
}

function uint32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}

/** Key of a field. @param wire 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
function tag(field: number, wire: 0 | 1 | 2 | 5): Buffer {
  return Buffer.of((field << 3) | wire);
}

/** @param value A whole number from 0 to 2⁵³. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

function bytesField(field: number, data: Buffer): Buffer {
  return Buffer.concat([tag(field, 2), varint(data.length), data]);
}

function double(field: number, value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeDoubleLE(value);
  return Buffer.concat([tag(field, 1), out]);
}

function float(field: number, value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeFloatLE(value);
  return Buffer.concat([tag(field, 5), out]);
}
