/** Values kept as compressed JSON: what planners say of a plan is long, and says the same words again and again. */

import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const [compress, expand] = [promisify(gzip), promisify(gunzip)];
/** More is none of ours. */
const MAX_BYTES = 256 * 2 ** 20;

export async function pack(value: unknown): Promise<Buffer> {
  return compress(JSON.stringify(value));
}

export async function unpack<Value>(packed: Uint8Array): Promise<Value> {
  const text = await expand(packed, { maxOutputLength: MAX_BYTES });
  return JSON.parse(text.toString('utf8')) as Value;
}
