import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprintNamed, fingerprintOf, shapeOf } from '../../main/database/fingerprint.ts';

describe('the shape of a statement', () => {
  test.each([
    ['numbers', 'select 1, 2.5, 1e9, -3 from t1 where c2 = 40', 'select ?, ?, ?, -? from t1 where c2 = ?'],
    ['texts', `select 'a', 'it''s', '' from t`, 'select ?, ?, ? from t'],
    ['texts with escapes', `select E'it\\'s', e'a\\\\', 'b' from t`, 'select ?, ?, ? from t'],
    ['parameters', 'select $1, $12::int', 'select ?, ?::int'],
    ['dollar quotes', "select $$a $1 b$$, $tag$it's $$ here$tag$, 1", 'select ?, ?, ?'],
    ['comments', "select a -- of $1, it's\n, b /* route: 'x' */ from t", 'select a , b from t'],
    ['quoted names', 'select "Weird 1", "a""b", "--no" from "T1"', 'select "Weird 1", "a""b", "--no" from "T1"'],
    ['case and white space', 'SELECT  A\n\tFROM   T', 'select a from t'],
    ['a text that looks like a comment', `select '--no', '/* no', 2`, 'select ?, ?, ?'],
    ['a comment that looks like a text', `select 1 -- it's\nfrom t where a = 'b'`, 'select ? from t where a = ?'],
    ['rows', 'insert into t (a, b) values (1, 2), (3, 4), (5, 6)', 'insert into t (a, b) values (?+), …'],
    ['a text that never ends', `select 'secret`, 'select ?'],
  ])('%s', (_what, text, shape) => {
    expect(shapeOf(text)).toBe(shape);
  });

  test('a list has one shape however long it is', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer(), fc.string()), { minLength: 1, maxLength: 40 }), (values) => {
        const list = values.map((value) =>
          typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(Math.abs(value)),
        );
        expect(shapeOf(`select a from t where b in (${list.join(', ')})`)).toBe('select a from t where b in (?+)');
      }),
    );
  });

  test('nothing of a constant is left in it, and the constant does not change it', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (text, number) => {
        const quoted = `'${text.replaceAll("'", "''")}'`;
        expect(shapeOf(`select a from t where b = ${quoted} and c = ${number}`)).toBe(
          'select a from t where b = ? and c = ?',
        );
      }),
    );
  });

  test('statements that differ in more than constants have different shapes', () => {
    const shapes = [
      'select a from t',
      'select b from t',
      'select a from "T"',
      'select a from t where b = 1',
      'delete from t',
    ];
    expect(new Set(shapes.map((text) => fingerprintOf(text).id)).size).toBe(shapes.length);
  });

  test('a bulk insert that is cut in the middle of a text keeps one shape, with nothing of the text in it', () => {
    const rows = (secret: string) => Array.from({ length: 2_000 }, () => `(1, '${secret}')`).join(', ');
    const [one, two] = ['secret-a', 'secret-bc'].map((secret) => fingerprintOf(`insert into t values ${rows(secret)}`));
    expect(one?.text).not.toContain('secret');
    expect(two?.name).toContain('insert into t values (?+), …');
  });
});

describe('a fingerprint', () => {
  test('of a text that was seen before is the very same object: nothing is parsed again', () => {
    const text = `select n from t where a = ${'x'.repeat(30)} and b = 1`;
    const first = fingerprintOf(text);
    expect(fingerprintOf(text)).toBe(first);
    expect(fingerprintOf(text.replace('b = 1', 'b = 2'))).toBe(first);
    const replace = String.prototype.replace;
    try {
      String.prototype.replace = () => expect.unreachable('parsed again');
      expect(fingerprintOf(text)).toBe(first);
    } finally {
      String.prototype.replace = replace;
    }
  });

  test('has a name that a person can read, and that stays short', () => {
    expect(fingerprintOf('select 1').name).toBe('select ?');
    const long = fingerprintOf(`select ${Array.from({ length: 50 }, (_, n) => `column_${n}`).join(', ')} from t`);
    expect(long.name).toMatch(/^select column_0, .*… \([\w-]{11}\)$/);
    expect(long.name.length).toBeLessThan(100);
  });

  test('is found by its name, of which a long one shows only the beginning', () => {
    const long = fingerprintOf(`select ${Array.from({ length: 60 }, (_, n) => `field_${n}`).join(', ')} from t`);
    expect(fingerprintNamed(long.name)).toBe(long);
    const short = fingerprintOf('select 5 as five');
    expect(fingerprintNamed(short.name)).toBe(short);
    expect(fingerprintNamed('select ? as never_seen')).toBeUndefined();
  });

  test('is kept for so many texts and no more', () => {
    const first = fingerprintOf('select 0 as kept');
    for (let n = 0; n < 12_000; n += 1) fingerprintOf(`select ${n} as c${n}`);
    expect(fingerprintOf('select 0 as kept')).not.toBe(first);
    expect(fingerprintOf('select 0 as kept').id).toBe(first.id);
  });
});
