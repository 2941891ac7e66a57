/**
 * The few messages of Postgres's protocol (version 3) that asking PGlite takes: a text with its parameters in one buffer, and its
 * answer read back. PGlite's own `query` sends five messages one by one and guesses how a value is to be written; here every value
 * is text, as Postgres itself reads and writes it.
 */

export interface WireError {
  message: string;
  /** SQLSTATE. */
  code: string;
}

export interface WireAnswer {
  /** Of all statements, one after the other; values as texts. */
  rows: (string | null)[][];
  error?: WireError;
}

const HEADER_BYTES = 5;
const decoder = new TextDecoder();

/** One text, or several parted by semicolons, without parameters. All of them are one transaction. */
export function simpleQuery(text: string): Uint8Array {
  return message('Q', [text]);
}

/** One text with the values of $1, $2, …: parse, bind, execute and sync. */
export function extendedQuery(text: string, params: readonly (string | null)[]): Uint8Array {
  const bind = bindMessage(params);
  return Buffer.concat([
    message('P', ['', text, 0]),
    bind,
    // The unnamed portal, all of its rows.
    Buffer.from([0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0]),
    Buffer.from([0x53, 0, 0, 0, 4]),
  ]);
}

/** Texts end with a zero; numbers are two bytes. */
function message(kind: string, parts: readonly (string | number)[]): Buffer {
  const body = parts.map((part) => {
    if (typeof part === 'string') return Buffer.from(`${part}\0`, 'utf8');
    const number = Buffer.alloc(2);
    number.writeInt16BE(part);
    return number;
  });
  return withHeader(kind, Buffer.concat(body));
}

function bindMessage(params: readonly (string | null)[]): Buffer {
  const values = params.flatMap((param) => {
    const bytes = param === null ? undefined : Buffer.from(param, 'utf8');
    const length = Buffer.alloc(4);
    length.writeInt32BE(bytes?.length ?? -1);
    return bytes ? [length, bytes] : [length];
  });
  const head = Buffer.alloc(6);
  head.writeUInt16BE(params.length, 4);
  return withHeader('B', Buffer.concat([head, ...values, Buffer.alloc(2)]));
}

function withHeader(kind: string, body: Buffer): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.write(kind, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Reads rows and the first error; all else (row descriptions, notices, states) is passed over. */
export function readAnswer(bytes: Uint8Array): WireAnswer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const answer: WireAnswer = { rows: [] };
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const kind = bytes[at];
    const length = view.getInt32(at + 1);
    if (kind === 0x44) answer.rows.push(readRow(bytes, view, at + HEADER_BYTES));
    if (kind === 0x45) answer.error ??= readError(bytes, at + HEADER_BYTES);
    at += 1 + length;
  }
  return answer;
}

function readRow(bytes: Uint8Array, view: DataView, start: number): (string | null)[] {
  const row: (string | null)[] = [];
  let at = start + 2;
  for (let count = view.getInt16(start); count > 0; count--) {
    const length = view.getInt32(at);
    at += 4;
    row.push(length < 0 ? null : decoder.decode(bytes.subarray(at, at + length)));
    if (length > 0) at += length;
  }
  return row;
}

function readError(bytes: Uint8Array, start: number): WireError {
  const error: WireError = { message: 'the statement failed', code: 'XX000' };
  for (let at = start; bytes[at] !== 0 && at < bytes.length; ) {
    const end = bytes.indexOf(0, at);
    const value = decoder.decode(bytes.subarray(at + 1, end));
    if (bytes[at] === 0x4d) error.message = value;
    if (bytes[at] === 0x43) error.code = value;
    at = end + 1;
  }
  return error;
}
