/**
 * The rows of TPC-H's tables at a scale factor, as lines of COPY, from a seed: the same each time. Keys, ranges and the dependences between columns
 * follow the public specification (section 4.2.3). Different from the official generator: the stream of chance, and comments, which are of our own words.
 */

import { createRandom, type Random } from '../../../main/loadtest/random.ts';
import type { TpchTable } from './schema.ts';
import {
  COLOURS,
  COMMENT_WORDS,
  CONTAINERS,
  INSTRUCTIONS,
  MODES,
  NATIONS,
  PRIORITIES,
  REGIONS,
  SEGMENTS,
  TYPES,
} from './words.ts';

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(1992, 0, 1) / DAY_MS;
/** Orders end 151 days before the last day, so that everything can still be delivered. */
const ORDER_DAYS = Date.UTC(1998, 7, 2) / DAY_MS - FIRST_DAY + 1;
/** "Today", by the specification. */
const CURRENT_DAY = Date.UTC(1995, 5, 17) / DAY_MS;
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,';

const days = Array.from({ length: 2_800 }, (_, index) =>
  new Date((FIRST_DAY + index) * DAY_MS).toISOString().slice(0, 10),
);
const dayText = (day: number): string => days[day - FIRST_DAY] as string;
const padded = (value: number): string => String(value).padStart(9, '0');
const money = (cents: number): string =>
  `${cents < 0 ? '-' : ''}${Math.floor(Math.abs(cents) / 100)}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;

export interface TpchSizes {
  supplier: number;
  customer: number;
  part: number;
  orders: number;
}

export function sizesOf(scaleFactor: number): TpchSizes {
  const times = (count: number) => Math.max(40, Math.round(count * scaleFactor));
  return { supplier: times(10_000), customer: times(150_000), part: times(200_000), orders: times(1_500_000) };
}

const between = (random: Random, low: number, high: number): number => low + random.below(high - low + 1);
const oneOf = <Item>(random: Random, items: readonly Item[]): Item => items[random.below(items.length)] as Item;

function address(random: Random): string {
  let text = '';
  for (let left = between(random, 10, 40); left > 0; left -= 1) text += LETTERS[random.below(LETTERS.length)];
  return text.trim() || 'x';
}

function phone(random: Random, nation: number): string {
  return `${nation + 10}-${between(random, 100, 999)}-${between(random, 100, 999)}-${between(random, 1_000, 9_999)}`;
}

/** Of a length between two fifths and the whole of `max`, as the specification asks. */
function comment(random: Random, max: number): string {
  const length = between(random, Math.floor(max * 0.4), max);
  let text = oneOf(random, COMMENT_WORDS);
  while (text.length < length) text += ` ${oneOf(random, COMMENT_WORDS)}`;
  return text.slice(0, length).trimEnd();
}

/** Price of a part, in cents. */
const retailCents = (part: number): number => 90_000 + (Math.floor(part / 10) % 20_001) + 100 * (part % 1_000);

/** One of the four suppliers of a part. */
function supplierOf(part: number, which: number, suppliers: number): number {
  return ((part + which * (Math.floor(suppliers / 4) + Math.floor((part - 1) / suppliers))) % suppliers) + 1;
}

/** Eight of each 32 keys are used. */
const orderKey = (index: number): number => Math.floor(index / 8) * 32 + (index % 8) + 1;

function* regions(random: Random): Generator<string> {
  for (const [key, name] of REGIONS.entries()) yield `${key}\t${name}\t${comment(random, 115)}\n`;
}

function* nations(random: Random): Generator<string> {
  for (const [key, [name, region]] of NATIONS.entries()) yield `${key}\t${name}\t${region}\t${comment(random, 114)}\n`;
}

function* suppliers(random: Random, sizes: TpchSizes): Generator<string> {
  for (let key = 1; key <= sizes.supplier; key += 1) {
    const nation = random.below(NATIONS.length);
    // Five in ten thousand were complained of, five recommended.
    const draw = random.below(2_000);
    const phrase = draw === 0 ? 'Customer slow Complaints ' : draw === 1 ? 'Customer quick Recommends ' : '';
    const said = phrase + comment(random, 100 - phrase.length);
    yield `${key}\tSupplier#${padded(key)}\t${address(random)}\t${nation}\t${phone(random, nation)}\t${money(between(random, -99_999, 999_999))}\t${said}\n`;
  }
}

function* customers(random: Random, sizes: TpchSizes): Generator<string> {
  for (let key = 1; key <= sizes.customer; key += 1) {
    const nation = random.below(NATIONS.length);
    const balance = money(between(random, -99_999, 999_999));
    yield `${key}\tCustomer#${padded(key)}\t${address(random)}\t${nation}\t${phone(random, nation)}\t${balance}\t${oneOf(random, SEGMENTS)}\t${comment(random, 116)}\n`;
  }
}

function* parts(random: Random, sizes: TpchSizes): Generator<string> {
  for (let key = 1; key <= sizes.part; key += 1) {
    const name = new Set<string>();
    while (name.size < 5) name.add(oneOf(random, COLOURS));
    const maker = between(random, 1, 5);
    const type = TYPES.map((syllables) => oneOf(random, syllables)).join(' ');
    const container = CONTAINERS.map((syllables) => oneOf(random, syllables)).join(' ');
    yield `${key}\t${[...name].join(' ')}\tManufacturer#${maker}\tBrand#${maker}${between(random, 1, 5)}\t${type}\t${between(random, 1, 50)}\t${container}\t${money(retailCents(key))}\t${comment(random, 22)}\n`;
  }
}

function* partSuppliers(random: Random, sizes: TpchSizes): Generator<string> {
  for (let part = 1; part <= sizes.part; part += 1) {
    for (let which = 0; which < 4; which += 1) {
      const supplier = supplierOf(part, which, sizes.supplier);
      yield `${part}\t${supplier}\t${between(random, 1, 9_999)}\t${money(between(random, 100, 100_000))}\t${comment(random, 198)}\n`;
    }
  }
}

interface Line {
  text: string;
  cents: number;
  isShipped: boolean;
}

function line(random: Random, sizes: TpchSizes, key: number, number: number, orderDay: number): Line {
  const part = between(random, 1, sizes.part);
  const supplier = supplierOf(part, random.below(4), sizes.supplier);
  const quantity = between(random, 1, 50);
  const cents = quantity * retailCents(part);
  const discount = random.below(11);
  const tax = random.below(9);
  const shipped = orderDay + between(random, 1, 121);
  const committed = orderDay + between(random, 30, 90);
  const received = shipped + between(random, 1, 30);
  const returned = received <= CURRENT_DAY ? (random.below(2) === 0 ? 'R' : 'A') : 'N';
  const isShipped = shipped <= CURRENT_DAY;
  const dates = `${dayText(shipped)}\t${dayText(committed)}\t${dayText(received)}`;
  const ways = `${oneOf(random, INSTRUCTIONS)}\t${oneOf(random, MODES)}\t${comment(random, 43)}`;
  const text = `${key}\t${part}\t${supplier}\t${number}\t${quantity}\t${money(cents)}\t${money(discount)}\t${money(tax)}\t${returned}\t${isShipped ? 'F' : 'O'}\t${dates}\t${ways}\n`;
  return { text, cents: Math.round(cents * (1 + tax / 100) * (1 - discount / 100)), isShipped };
}

/** Orders and their lines draw from one stream each, in step: an order's total is of its lines. */
function* ordersWithLines(seed: number, sizes: TpchSizes): Generator<{ order: string; lines: string }> {
  const ofOrders = createRandom(seed, 'orders');
  const ofLines = createRandom(seed, 'lineitem');
  const clerks = Math.max(1, Math.round(sizes.supplier / 10));
  for (let index = 0; index < sizes.orders; index += 1) {
    const key = orderKey(index);
    const day = FIRST_DAY + ofOrders.below(ORDER_DAYS);
    // A third of the customers never orders.
    let customer = between(ofOrders, 1, sizes.customer);
    if (customer % 3 === 0) customer += customer === sizes.customer ? -1 : 1;
    const count = between(ofLines, 1, 7);
    const lines = Array.from({ length: count }, (_, at) => line(ofLines, sizes, key, at + 1, day));
    const shipped = lines.filter(({ isShipped }) => isShipped).length;
    const status = shipped === count ? 'F' : shipped === 0 ? 'O' : 'P';
    const total = money(lines.reduce((sum, { cents }) => sum + cents, 0));
    const clerk = `Clerk#${padded(between(ofOrders, 1, clerks))}`;
    const said = comment(ofOrders, 78);
    const order = `${key}\t${customer}\t${status}\t${total}\t${dayText(day)}\t${oneOf(ofOrders, PRIORITIES)}\t${clerk}\t0\t${said}\n`;
    yield { order, lines: lines.map(({ text }) => text).join('') };
  }
}

function* ordersOnly(seed: number, sizes: TpchSizes): Generator<string> {
  for (const { order } of ordersWithLines(seed, sizes)) yield order;
}

function* linesOnly(seed: number, sizes: TpchSizes): Generator<string> {
  for (const { lines } of ordersWithLines(seed, sizes)) yield lines;
}

/** Lines of COPY in its text form, in the order of the table's columns. */
export function rowsOf(table: TpchTable, scaleFactor: number, seed = 1): Generator<string> {
  const sizes = sizesOf(scaleFactor);
  const random = createRandom(seed, table);
  switch (table) {
    case 'region':
      return regions(random);
    case 'nation':
      return nations(random);
    case 'supplier':
      return suppliers(random, sizes);
    case 'customer':
      return customers(random, sizes);
    case 'part':
      return parts(random, sizes);
    case 'partsupp':
      return partSuppliers(random, sizes);
    case 'orders':
      return ordersOnly(seed, sizes);
    case 'lineitem':
      return linesOnly(seed, sizes);
  }
}
