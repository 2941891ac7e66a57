import { describe, expect, test } from 'vitest';
import { restoreFields, withGuessedNumbers } from '../../../main/planner/workload/guessed-types.ts';

describe('a field of a date', () => {
  test('stands where a parameter cannot, and those behind it move up', () => {
    expect(restoreFields('select extract($1 from o.made_at), $2 from o where a = $3 and b = $2')).toBe(
      'select extract(year from o.made_at), $1 from o where a = $2 and b = $1',
    );
  });

  test('changes nothing where there is none', () => {
    expect(restoreFields('select $2 from o where a = $5')).toBe('select $2 from o where a = $5');
  });
});

describe('where only constants meet', () => {
  test('they are taken for numbers', () => {
    expect(withGuessedNumbers('select sum(case when a = $1 then $2 else $3 end) from o')).toBe(
      'select sum(case when a = $1 then $2::numeric else $3::numeric end) from o',
    );
    expect(withGuessedNumbers('select 1 from o where x between $1 - $2 and $10 + $11')).toBe(
      'select 1 from o where x between $1::numeric - $2::numeric and $10::numeric + $11::numeric',
    );
  });

  test('nothing is guessed where columns or types tell', () => {
    expect(withGuessedNumbers('select 1 from o where x = $1 - y')).toBeUndefined();
    expect(withGuessedNumbers('select case when a then $1::text end from o')).toBeUndefined();
    expect(withGuessedNumbers('select $1::date - $2::interval')).toBeUndefined();
  });
});
