/** Writes a file of places in MaxMind's format, as small as one can be: a few IPv4 networks, each with a city and a country. */

export interface PlaceOfNetwork {
  /** Such as `203.0.113.0/24`. */
  readonly network: string;
  readonly city?: string;
  readonly country: string;
}

type Value = string | number | readonly string[] | { readonly [name: string]: Value };

const MARKER = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
const SEPARATOR_BYTES = 16;

export function writePlacesFile(places: readonly PlaceOfNetwork[]): Buffer {
  const data: Buffer[] = [];
  let dataBytes = 0;
  // A node is two records: where a bit that is 0 leads, and one that is 1. Null leads nowhere, a negative number to data.
  const nodes: [number | null, number | null][] = [[null, null]];
  for (const { network, city, country } of places) {
    const offset = dataBytes;
    const names = {
      ...(city === undefined ? {} : { city: { names: { en: city } } }),
      country: { names: { en: country } },
    };
    const written = encode(names);
    data.push(written);
    dataBytes += written.length;
    addNetwork(nodes, network, -1 - offset);
  }
  const record = (value: number | null): number => {
    if (value === null) return nodes.length;
    return value < 0 ? nodes.length + SEPARATOR_BYTES + (-1 - value) : value;
  };
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [index, [left, right]] of nodes.entries()) {
    tree.writeUIntBE(record(left), index * 6, 3);
    tree.writeUIntBE(record(right), index * 6 + 3, 3);
  }
  const metadata = encode({
    ...{ node_count: nodes.length, record_size: 24, ip_version: 4, database_type: 'Test-City', languages: ['en'] },
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1_700_000_000 },
    description: { en: 'for tests' },
  });
  return Buffer.concat([tree, Buffer.alloc(SEPARATOR_BYTES), ...data, MARKER, metadata]);
}

function addNetwork(nodes: [number | null, number | null][], network: string, leaf: number): void {
  const [address = '', bits = '32'] = network.split('/');
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  let at = 0;
  for (let bit = 0; bit < Number(bits); bit += 1) {
    const side = Math.floor(number / 2 ** (31 - bit)) % 2;
    const node = nodes[at] as [number | null, number | null];
    if (bit === Number(bits) - 1) node[side] = leaf;
    else if (node[side] === null) node[side] = nodes.push([null, null]) - 1;
    at = node[side] ?? 0;
  }
}

/** Types of the format: 2 text, 6 a whole number of 32 bits, 7 a map, 11 a list. */
function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value as Record<string, Value>);
  return Buffer.concat([control(7, entries.length), ...entries.flatMap(([name, one]) => [encode(name), encode(one)])]);
}

function control(type: number, size: number): Buffer {
  if (size >= 29) throw new Error('longer than this writer knows how to say');
  return type <= 7 ? Buffer.of((type << 5) | size) : Buffer.of(size, type - 7);
}
