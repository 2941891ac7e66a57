/**
 * The rows of TPC-H at any scale factor, table by table, as lines for COPY: written from the specification (clauses 4.2.3 to
 * 4.2.5), keys, distributions and correlations included. The random numbers are our own, so single rows differ from the official
 * generator's; what a query selects is as much, up to chance.
 */

import { createRandom, type Random } from './random.ts';
import * as words from './words.ts';

export interface Scale {
  /** From 0.01 on: with fewer suppliers, four of them for each part are not four different ones. */
  factor: number;
}

export type TableName = 'region' | 'nation' | 'supplier' | 'part' | 'partsupp' | 'customer' | 'orders' | 'lineitem';

const DAY_MS = 86_400_000;
const START_DAY = Date.UTC(1992, 0, 1) / DAY_MS;
const ORDER_DAYS = 2_405;
const CURRENT_DAY = Date.UTC(1995, 5, 17) / DAY_MS;
const ADDRESS_LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789, ';
const SUPPLIERS_PER_PART = 4;

const comment = words.createComments(19);
const days = new Map<number, string>();

function dateOf(day: number): string {
  let text = days.get(day);
  if (text === undefined) {
    text = new Date(day * DAY_MS).toISOString().slice(0, 10);
    days.set(day, text);
  }
  return text;
}

const count = (base: number, { factor }: Scale) => Math.max(1, Math.round(base * factor));
const money = (cents: number) => (cents / 100).toFixed(2);
const numbered = (word: string, key: number) => `${word}#${String(key).padStart(9, '0')}`;
const retailCents = (part: number) => 90_000 + (Math.floor(part / 10) % 20_001) + 100 * (part % 1_000);

function phone(random: Random, nation: number): string {
  return `${nation + 10}-${random.between(100, 999)}-${random.between(100, 999)}-${random.between(1_000, 9_999)}`;
}

function address(random: Random): string {
  const length = random.between(10, 40);
  let text = '';
  for (let at = 0; at < length; at += 1) text += ADDRESS_LETTERS[random.between(0, ADDRESS_LETTERS.length - 1)];
  return text;
}

export function* regionRows(): Generator<string> {
  const random = createRandom(1);
  for (const [key, name] of words.REGIONS.entries()) yield `${key}\t${name}\t${comment(random, 31, 115)}\n`;
}

export function* nationRows(): Generator<string> {
  const random = createRandom(2);
  for (const [key, [name, region]] of words.NATIONS.entries()) {
    yield `${key}\t${name}\t${region}\t${comment(random, 31, 114)}\n`;
  }
}

/** Five in ten thousand have complaints in their comment, and five recommendations. */
export function* supplierRows(scale: Scale): Generator<string> {
  const random = createRandom(3);
  for (let key = 1; key <= count(10_000, scale); key += 1) {
    const nation = random.between(0, 24);
    const place = key % 2_000;
    const planted = place === 357 ? 'Customer slyly Complaints' : place === 1_357 ? 'Customer Recommends' : '';
    const own = `${planted}${comment(random, 25, 70)}`;
    const balance = money(random.between(-99_999, 999_999));
    yield `${key}\t${numbered('Supplier', key)}\t${address(random)}\t${nation}\t${phone(random, nation)}\t${balance}\t${own}\n`;
  }
}

export function* partRows(scale: Scale): Generator<string> {
  const random = createRandom(4);
  for (let key = 1; key <= count(200_000, scale); key += 1) {
    const names = new Set<string>();
    while (names.size < 5) names.add(random.pick(words.COLORS));
    const maker = random.between(1, 5);
    const brand = `Brand#${maker}${random.between(1, 5)}`;
    const kind = `${random.pick(words.TYPES)}\t${random.between(1, 50)}\t${random.pick(words.CONTAINERS)}`;
    const price = money(retailCents(key));
    yield `${key}\t${[...names].join(' ')}\tManufacturer#${maker}\t${brand}\t${kind}\t${price}\t${comment(random, 5, 22)}\n`;
  }
}

/** Which suppliers a part has, spread over all of them. */
function supplierOf(part: number, place: number, suppliers: number): number {
  return ((part + place * (Math.floor(suppliers / 4) + Math.floor((part - 1) / suppliers))) % suppliers) + 1;
}

export function* partsuppRows(scale: Scale): Generator<string> {
  const random = createRandom(5);
  const suppliers = count(10_000, scale);
  for (let part = 1; part <= count(200_000, scale); part += 1) {
    for (let place = 0; place < SUPPLIERS_PER_PART; place += 1) {
      const supplier = supplierOf(part, place, suppliers);
      const stock = `${random.between(1, 9_999)}\t${money(random.between(100, 100_000))}`;
      yield `${part}\t${supplier}\t${stock}\t${comment(random, 49, 198)}\n`;
    }
  }
}

export function* customerRows(scale: Scale): Generator<string> {
  const random = createRandom(6);
  for (let key = 1; key <= count(150_000, scale); key += 1) {
    const nation = random.between(0, 24);
    const who = `${numbered('Customer', key)}\t${address(random)}\t${nation}\t${phone(random, nation)}`;
    const balance = money(random.between(-99_999, 999_999));
    yield `${key}\t${who}\t${balance}\t${random.pick(words.SEGMENTS)}\t${comment(random, 29, 116)}\n`;
  }
}

interface Order {
  line: string;
  items: string;
}

export function* orderRows(scale: Scale): Generator<string> {
  for (const { line } of orders(scale)) yield line;
}

export function* lineitemRows(scale: Scale): Generator<string> {
  for (const { items } of orders(scale)) yield items;
}

/** Orders with their items: the order's status and price follow from them, so both tables are made by the same walk. */
function* orders(scale: Scale): Generator<Order> {
  const random = createRandom(7);
  const texts = createRandom(8);
  const [customers, clerks] = [count(150_000, scale), count(1_000, scale)];
  for (let number = 0; number < count(1_500_000, scale); number += 1) {
    // Of each 32 keys the first eight are used.
    const key = Math.floor(number / 8) * 32 + (number % 8) + 1;
    let customer = random.between(1, customers);
    // A third of the customers never order.
    while (customer % 3 === 0 && customers > 2) customer = random.between(1, customers);
    const day = START_DAY + random.between(0, ORDER_DAYS);
    const made = items(key, day, { random, texts, scale });
    const what = `${dateOf(day)}\t${random.pick(words.PRIORITIES)}\t${numbered('Clerk', random.between(1, clerks))}\t0`;
    yield {
      line: `${key}\t${customer}\t${made.status}\t${money(made.cents)}\t${what}\t${comment(texts, 19, 78)}\n`,
      items: made.lines,
    };
  }
}

function items(order: number, day: number, given: { random: Random; texts: Random; scale: Scale }) {
  const { random, scale, texts } = given;
  const [parts, suppliers] = [count(200_000, scale), count(10_000, scale)];
  const total = random.between(1, 7);
  let [lines, cents, shipped] = ['', 0, 0];
  for (let number = 1; number <= total; number += 1) {
    const part = random.between(1, parts);
    const supplier = supplierOf(part, random.between(0, SUPPLIERS_PER_PART - 1), suppliers);
    const quantity = random.between(1, 50);
    const price = quantity * retailCents(part);
    const [discount, tax] = [random.between(0, 10), random.between(0, 8)];
    const shipDay = day + random.between(1, 121);
    const commitDay = day + random.between(30, 90);
    const receiptDay = shipDay + random.between(1, 30);
    const returned = receiptDay <= CURRENT_DAY ? random.pick(['R', 'A']) : 'N';
    const status = shipDay > CURRENT_DAY ? 'O' : 'F';
    if (status === 'F') shipped += 1;
    cents += Math.round((price * (100 - discount) * (100 + tax)) / 10_000);
    const figures = `${quantity}.00\t${money(price)}\t${money(discount)}\t${money(tax)}\t${returned}\t${status}`;
    const when = `${dateOf(shipDay)}\t${dateOf(commitDay)}\t${dateOf(receiptDay)}`;
    const how = `${random.pick(words.INSTRUCTIONS)}\t${random.pick(words.MODES)}\t${comment(texts, 10, 43)}`;
    lines += `${order}\t${part}\t${supplier}\t${number}\t${figures}\t${when}\t${how}\n`;
  }
  return { lines, cents, status: shipped === total ? 'F' : shipped === 0 ? 'O' : 'P' };
}
