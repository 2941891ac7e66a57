/** Log lines for a person at a terminal: time, level, words. Where nobody sits at one, logs stay JSON. */

import { Writable } from 'node:stream';

const QUIET_FIELDS = new Set(['level', 'time', 'msg', 'err']);

export function createTerminalLog(output: NodeJS.WritableStream): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString('utf8').split('\n')) {
        if (line !== '') output.write(`${toTerminalLine(line)}\n`);
      }
      done();
    },
  });
}

export function toTerminalLine(json: string): string {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return json;
  }
  const time = String(record.time).slice(11, 19);
  const facts = Object.entries(record)
    .filter(([name]) => !QUIET_FIELDS.has(name))
    .map(([name, value]) => `${name}=${String(value)}`);
  return ['  ', time, ` ${record.level} `, record.msg, causeOf(record.err), ...facts.map((fact) => `  ${fact}`)].join(
    '',
  );
}

function causeOf(described: unknown): string {
  if (typeof described !== 'object' || described === null) return '';
  const { message, cause } = described as { message?: string; cause?: unknown };
  return `: ${message ?? ''}${causeOf(cause)}`;
}
