import { describe, expect, test } from 'vitest';
import * as rows from '../../../../bench/planner/tpch/rows.ts';
import { TABLES } from '../../../../bench/planner/tpch/tables.ts';

const scale = { factor: 0.01 };
const split = (lines: Iterable<string>) =>
  [...lines].flatMap((line) => line.trimEnd().split('\n')).map((line) => line.split('\t'));
const tables: Record<rows.TableName, string[][]> = {
  region: split(rows.regionRows()),
  nation: split(rows.nationRows()),
  supplier: split(rows.supplierRows(scale)),
  part: split(rows.partRows(scale)),
  partsupp: split(rows.partsuppRows(scale)),
  customer: split(rows.customerRows(scale)),
  orders: split(rows.orderRows(scale)),
  lineitem: split(rows.lineitemRows(scale)),
};
const column = (table: rows.TableName, place: number) => tables[table].map((row) => row[place] ?? '');

describe('the rows of TPC-H', () => {
  test('are as many as the specification says, with a value for each column', () => {
    const counts = Object.fromEntries(Object.entries(tables).map(([name, all]) => [name, all.length]));
    expect(counts).toMatchObject({
      region: 5,
      nation: 25,
      supplier: 100,
      part: 2_000,
      partsupp: 8_000,
      customer: 1_500,
      orders: 15_000,
    });
    // One to seven for each order.
    expect(counts.lineitem).toBeGreaterThan(15_000 * 3.7);
    expect(counts.lineitem).toBeLessThan(15_000 * 4.3);
    for (const [name, all] of Object.entries(tables)) {
      const columns = TABLES[name as rows.TableName]
        .split(/,(?![^(]*\))/)
        .filter((one) => !one.includes('primary key ('));
      expect([name, new Set(all.map((row) => row.length))]).toEqual([name, new Set([columns.length])]);
    }
  });

  test('keep their keys: each item has an order, and a part that its supplier has', () => {
    const [orders, pairs] = [
      new Set(column('orders', 0)),
      new Set(tables.partsupp.map(([part, by]) => `${part} ${by}`)),
    ];
    expect(orders.size).toBe(15_000);
    expect(pairs.size).toBe(8_000);
    expect(tables.lineitem.every(([order = '']) => orders.has(order))).toBe(true);
    expect(tables.lineitem.every(([, part, supplier]) => pairs.has(`${part} ${supplier}`))).toBe(true);
  });

  test('leave out what the specification leaves out: keys of orders, and a third of the customers', () => {
    expect(column('orders', 0).every((key) => (Number(key) - 1) % 32 < 8)).toBe(true);
    expect(column('orders', 1).some((customer) => Number(customer) % 3 === 0)).toBe(false);
  });

  test('follow from each other: dates, status, price', () => {
    const byOrder = new Map(tables.orders.map((row) => [row[0], row]));
    const wrong: string[][] = [];
    for (const row of tables.lineitem) {
      const [, , , , quantity, price, , , returned, status, ship = '', , receipt = ''] = row;
      const isRight =
        (byOrder.get(row[0])?.[4] ?? '') < ship &&
        ship < receipt &&
        status === (ship > '1995-06-17' ? 'O' : 'F') &&
        (returned !== 'N') === receipt <= '1995-06-17' &&
        Number(price) / Number(quantity) >= 900;
      if (!isRight) wrong.push(row);
    }
    expect(wrong).toEqual([]);
    expect(new Set(column('orders', 2))).toEqual(new Set(['F', 'O', 'P']));
  });

  test('are the same from run to run', () => {
    expect(split(rows.orderRows(scale)).join('\n')).toBe(tables.orders.join('\n'));
  });
});
