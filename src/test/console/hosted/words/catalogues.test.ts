// The catalogues say the same things: TypeScript compares their keys, and this what stands behind each.
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, test } from 'vitest';
import { arabic } from '../../../../main/console/hosted/words/catalogue-ar.ts';
import { german } from '../../../../main/console/hosted/words/catalogue-de.ts';
import { english, loadCatalogue, type WordKey } from '../../../../main/console/hosted/words/catalogues.ts';
import { LANGUAGES } from '../../../../main/console/hosted/words/languages.ts';

type Node = ReturnType<IntlMessageFormat['getAst']>[number];

/** Numbers of the parser's node types: values, dates and the like, choices, plurals, marks. */
const [VALUE, NUMBER, DATE, TIME, SELECT, PLURAL, POUND, MARK] = [1, 2, 3, 4, 5, 6, 7, 8];

/** The names a message uses, such as `count` and `<b>`; each once. */
function namesIn(nodes: readonly Node[]): string[] {
  const names = nodes.flatMap((node): string[] => {
    if (node.type === MARK && 'children' in node) return [`<${node.value}>`, ...namesIn(node.children)];
    if ('options' in node) {
      return [node.value, ...Object.values(node.options).flatMap((option) => namesIn(option.value))];
    }
    return [VALUE, NUMBER, DATE, TIME].includes(node.type) && 'value' in node ? [String(node.value)] : [];
  });
  return [...new Set(names)].sort();
}

const parse = (message: string, locale: string) => new IntlMessageFormat(message, locale).getAst();

/** The forms of each plural of a message. */
function pluralsIn(message: string, locale: string): string[][] {
  return parse(message, locale).flatMap((node) =>
    node.type === PLURAL && 'options' in node ? [Object.keys(node.options)] : [],
  );
}

describe.each([
  ['de', german],
  ['ar', arabic],
])('the catalogue of %s', (code, catalogue) => {
  const { locale } = LANGUAGES.find((language) => language.code === code)!;

  test('uses the values and marks that the English sentence uses', () => {
    for (const key of Object.keys(english) as WordKey[]) {
      const [said, meant] = [namesIn(parse(catalogue[key], locale)), namesIn(parse(english[key], 'en'))];
      expect({ key, names: said }).toEqual({ key, names: meant });
    }
  });

  test('leaves no sentence out and none in English', () => {
    for (const [key, message] of Object.entries(catalogue)) expect(message.trim(), key).not.toBe('');
    const long = (Object.keys(english) as WordKey[]).filter((key) => english[key].split(' ').length > 4);
    expect(long.filter((key) => catalogue[key] === english[key])).toEqual([]);
  });

  test('has a form for each plural of the language, where English has two', () => {
    // Nobody is told of none: what there is none of has a sentence of its own.
    const needed = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.filter((form) => form !== 'zero');
    for (const key of Object.keys(english) as WordKey[]) {
      if (!pluralsIn(english[key], 'en').some((forms) => forms.includes('one'))) continue;
      for (const forms of pluralsIn(catalogue[key], locale)) {
        expect({ key, missing: needed.filter((form) => !forms.includes(form)) }).toEqual({ key, missing: [] });
      }
    }
  });

  test('is what a visitor of that language is given', async () => {
    expect(await loadCatalogue(code as 'de' | 'ar')).toBe(catalogue);
  });
});

test('the parser still numbers its nodes as it did', () => {
  const [plural] = parse('{count, plural, one {#} other {# <b>x</b>}}', 'en');
  expect(plural?.type).toBe(PLURAL);
  expect(namesIn(parse('{a} {b, select, other {<c>{d}</c>}} {e, number}', 'en'))).toEqual(['<c>', 'a', 'b', 'd', 'e']);
  expect([SELECT, POUND]).toEqual([5, 7]);
});
