import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../../main/monitor/samples/bytes.ts';

test('whole numbers come back, however large, in the order they were written', () => {
  fc.assert(
    fc.property(
      fc.array(fc.maxSafeNat()),
      fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 })),
      (counts, differences) => {
        const writer = new ByteWriter();
        for (const value of counts) writer.count(value);
        for (const value of differences) writer.difference(value);
        const reader = new ByteReader(writer.toBuffer());
        expect(counts.map(() => reader.count())).toEqual(counts);
        // There is one zero alone.
        expect(differences.map(() => reader.difference())).toEqual(differences.map((value) => value + 0));
        expect(reader.isAtEnd).toBe(true);
      },
    ),
  );
});

test('a small number takes one byte, of either sign', () => {
  const lengthOf = (write: (writer: ByteWriter) => void) => {
    const writer = new ByteWriter();
    write(writer);
    return writer.toBuffer().length;
  };
  expect(lengthOf((writer) => writer.count(127))).toBe(1);
  expect(lengthOf((writer) => writer.count(128))).toBe(2);
  expect(lengthOf((writer) => writer.difference(63))).toBe(1);
  expect(lengthOf((writer) => writer.difference(-64))).toBe(1);
  expect(lengthOf((writer) => writer.difference(64))).toBe(2);
});

test('what ends too early is refused', () => {
  expect(() => new ByteReader(Buffer.from([0x80])).count()).toThrow(/too early/);
  expect(() => new ByteReader(Buffer.from([1, 2])).bytes(3)).toThrow(/too early/);
});
