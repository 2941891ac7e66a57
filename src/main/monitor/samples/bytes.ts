/** Whole numbers as few bytes as they need, seven bits in each; signed ones with the sign in the lowest bit. */

const MORE = 0x80;
const BITS = 0x7f;
const FIRST_SIZE = 256;

export class ByteWriter {
  #buffer = Buffer.allocUnsafe(FIRST_SIZE);
  #length = 0;

  /** @param value from 0 to 2^53 */
  count(value: number): void {
    let left = value;
    while (left > BITS) {
      // Not by shifts: those are of 32 bits.
      this.#byte((left % MORE) | MORE);
      left = Math.floor(left / MORE);
    }
    this.#byte(left);
  }

  difference(value: number): void {
    this.count(value < 0 ? -2 * value - 1 : 2 * value);
  }

  bytes(bytes: Buffer): void {
    this.#reserve(bytes.length);
    this.#length += bytes.copy(this.#buffer, this.#length);
  }

  toBuffer(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length));
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#buffer[this.#length] = byte;
    this.#length += 1;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#buffer.length;
  }

  /** @throws Error where the bytes end before the number does */
  count(): number {
    let value = 0;
    let place = 1;
    for (;;) {
      const byte = this.#buffer[this.#at];
      if (byte === undefined) throw new Error('a block of samples ends too early');
      this.#at += 1;
      value += (byte & BITS) * place;
      if (byte < MORE) return value;
      place *= MORE;
    }
  }

  difference(): number {
    const value = this.count();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** @throws Error where there are not so many */
  bytes(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#buffer.length) throw new Error('a block of samples ends too early');
    const bytes = this.#buffer.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}
