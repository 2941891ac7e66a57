/** The lists of words of TPC-H's specification (4.2.2.13 and 4.2.3), and comments in its grammar. */

import { createRandom, type Random } from './random.ts';

const words = (text: string) => text.split(/\s+/).filter(Boolean);

export const COLORS = words(`
  almond antique aquamarine azure beige bisque black blanched blue blush brown burlywood burnished chartreuse chiffon chocolate
  coral cornflower cornsilk cream cyan dark deep dim dodger drab firebrick floral forest frosted gainsboro ghost goldenrod green
  grey honeydew hot indian ivory khaki lace lavender lawn lemon light lime linen magenta maroon medium metallic midnight mint
  misty moccasin navajo navy olive orange orchid pale papaya peach peru pink plum powder puff purple red rose rosy royal saddle
  salmon sandy seashell sienna sky slate smoke snow spring steel tan thistle tomato turquoise violet wheat white yellow`);
export const TYPES = ['STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO'].flatMap((first) =>
  ['ANODIZED', 'BURNISHED', 'PLATED', 'POLISHED', 'BRUSHED'].flatMap((second) =>
    ['TIN', 'NICKEL', 'BRASS', 'STEEL', 'COPPER'].map((third) => `${first} ${second} ${third}`),
  ),
);
export const CONTAINERS = ['SM', 'LG', 'MED', 'JUMBO', 'WRAP'].flatMap((size) =>
  ['CASE', 'BOX', 'BAG', 'JAR', 'PKG', 'PACK', 'CAN', 'DRUM'].map((kind) => `${size} ${kind}`),
);
export const SEGMENTS = ['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'MACHINERY', 'HOUSEHOLD'];
export const PRIORITIES = ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'];
export const INSTRUCTIONS = ['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'];
export const MODES = ['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB'];
export const REGIONS = ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'];
/** With the region of each. */
export const NATIONS: readonly (readonly [string, number])[] = [
  ...([
    ['ALGERIA', 0],
    ['ARGENTINA', 1],
    ['BRAZIL', 1],
    ['CANADA', 1],
    ['EGYPT', 4],
    ['ETHIOPIA', 0],
  ] as const),
  ...([
    ['FRANCE', 3],
    ['GERMANY', 3],
    ['INDIA', 2],
    ['INDONESIA', 2],
    ['IRAN', 4],
    ['IRAQ', 4],
  ] as const),
  ...([
    ['JAPAN', 2],
    ['JORDAN', 4],
    ['KENYA', 0],
    ['MOROCCO', 0],
    ['MOZAMBIQUE', 0],
    ['PERU', 1],
  ] as const),
  ...([
    ['CHINA', 2],
    ['ROMANIA', 3],
    ['SAUDI ARABIA', 4],
    ['VIETNAM', 2],
    ['RUSSIA', 3],
  ] as const),
  ...([
    ['UNITED KINGDOM', 3],
    ['UNITED STATES', 1],
  ] as const),
];

const NOUNS =
  words(`foxes ideas theodolites instructions dependencies excuses platelets asymptotes courts dolphins multipliers
  sauternes warthogs frets dinos attainments somas braids hockey waters sheaves depths sentiments decoys realms pains grouches
  escapades packages requests accounts deposits`);
const VERBS =
  words(`sleep wake haggle nag use boost affix detect integrate maintain nod lose sublate solve thrash promise engage
  hinder print doze run dazzle snooze unwind kindle play hang believe doubt`);
const ADJECTIVES =
  words(`furious sly careful blithe quick fluffy slow quiet ruthless thin close dogged daring brave stealthy
  permanent enticing idle busy regular final ironic even bold silent special pending express unusual`);
const ADVERBS = ADJECTIVES.map((word) => `${word}ly`);
const PREPOSITIONS = words(
  'about above across after against along among around at before behind beneath beside between by for',
);
const ENDS = ['.', ';', ':', '?', '!', '--'];
const POOL_LENGTH = 1 << 20;

/** As the official generator does, a comment is a piece of one long text. */
export function createComments(seed: number): (random: Random, low: number, high: number) => string {
  const random = createRandom(seed);
  let pool = '';
  while (pool.length < POOL_LENGTH) {
    const noun = `${random.pick(ADJECTIVES)} ${random.pick(NOUNS)}`;
    const verb = `${random.pick(VERBS)}${random.between(0, 1) ? ` ${random.pick(ADVERBS)}` : ''}`;
    const where = random.between(0, 1)
      ? ` ${random.pick(PREPOSITIONS)} the ${random.pick(ADJECTIVES)} ${random.pick(NOUNS)}`
      : '';
    pool += `${noun} ${verb}${where}${random.pick(ENDS)} `;
  }
  return (own, low, high) => {
    const length = own.between(low, high);
    const start = own.between(0, pool.length - length - 1);
    return pool.slice(start, start + length);
  };
}
