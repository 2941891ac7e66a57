// The invented tea house of the documentation's pictures: its people, their records, and what they do meanwhile.

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const OPERATOR = { email: 'olga@example.com', password: 'seven green kettles sing', name: 'Olga' };
const PASSWORD = 'nine amber ladders hum';
const PEOPLE = ['Ada', 'Bruno', 'Chiara', 'Dmitri', 'Esi', 'Farid', 'Greta', 'Hana', 'Ines', 'Jonas', 'Kofi', 'Lena'];
const TEAS = ['Assam', 'Darjeeling', 'Gunpowder', 'Keemun', 'Oolong', 'Sencha', 'White Peony', 'Yunnan'];
const NOTES = ['a gift', 'no ribbon, please', 'ring twice', 'leave it at the bakery', null];
const ORDERS_EACH = 6;
const DAY_MS = 86_400_000;
/** Addresses that are kept for documentation, and what the devices behind them say of themselves. */
const VISITS = [
  ['192.0.2.17', 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'],
  ['198.51.100.4', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0'],
  [
    '203.0.113.80',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Safari/604.1',
  ],
];

const collections = [
  {
    name: 'orders',
    fields: [
      { name: 'tea', type: 'text', required: true, indexed: true },
      { name: 'grams', type: 'number', required: true },
      { name: 'deliver_on', type: 'timestamp', indexed: true },
      { name: 'paid', type: 'boolean', indexed: true },
      { name: 'note', type: 'text' },
    ],
  },
  { name: 'tastings', fields: [{ name: 'tea', type: 'text', required: true }] },
];

const SUPPORT = { name: 'support', permissions: ['accounts.read'], about: 'Answers letters', graceMs: 7 * DAY_MS };

/** Years of sales, with no index but the key: what an application's first report reads from end to end. */
const SALES = `
  create schema shop;
  create table shop.sales (id int primary key, customer_email text not null, grams int not null);
  insert into shop.sales
  select number, 'guest-' || number % 40000 || '@example.com', number % 500
  from generate_series(1, 2500000) as number;
  analyze shop.sales`;

/** The application's own route, with its own SQL. */
export function reportRoutes({ pool, route, Type }) {
  const Answer = Type.Object({ grams: Type.Union([Type.String(), Type.Null()]) });
  const schema = { summary: 'What a customer has bought', response: { 200: Answer } };
  return [
    route('GET', '/reports/sales', { access: 'user', schema }, async ({ context }) => {
      const { rows } = await pool
        .as(context)
        .query('select sum(grams)::text as grams from shop.sales where customer_email = $1', ['guest-7@example.com']);
      return rows[0];
    }),
  ];
}

/** Everybody asks for the report, six times a second in all: more than one core can answer. Returns what ends it. */
export function askForReports({ url, people }) {
  const asked = [];
  let turn = 0;
  const timer = setInterval(() => {
    const { token } = people[turn++ % people.length];
    const headers = { authorization: `Bearer ${token}` };
    asked.push(fetch(`${url}/reports/sales`, { headers }).then((answer) => answer.text()));
  }, 160);
  return async () => {
    clearInterval(timer);
    await Promise.allSettled(asked);
  };
}

/** Fills an empty server by its own API. Returns what the pictures and the load need. */
export async function seed(app, dataDir) {
  const { send } = createCaller(app.url);
  const token = app.setupLink.split('#token=')[1];
  const operator = await send('POST', '/v1/accounts/first-operator', { body: { ...OPERATOR, token } });
  for (const body of collections) await send('POST', '/v1/data/collections', { body, token: operator.token });
  const people = [];
  for (const [index, name] of PEOPLE.entries()) people.push(await addPerson(send, operator.token, name, index));
  await send('POST', '/v1/accounts/sign-up', { body: { email: 'mira@example.com', password: PASSWORD } });
  const key = { name: 'Order printer', scopes: ['own.data.read'] };
  await send('POST', '/v1/accounts/api-keys', { body: key, token: people[0].token });
  await send('POST', '/v1/accounts/roles', { body: SUPPORT, token: operator.token });
  await app.pool.query(SALES);
  return { url: app.url, dataDir, operator: { ...OPERATOR, token: operator.token }, people };
}

async function addPerson(send, operatorToken, name, index) {
  const email = `${name.toLowerCase()}@example.com`;
  const account = { email, password: PASSWORD, name, role: 'user' };
  await send('POST', '/v1/accounts/users', { body: account, token: operatorToken });
  const [ip, userAgent] = VISITS[index % VISITS.length];
  const headers = { 'x-forwarded-for': ip, 'user-agent': userAgent };
  const { token } = await send('POST', '/v1/accounts/log-in', { body: { email, password: PASSWORD }, headers });
  const orders = [];
  for (let turn = 0; turn < ORDERS_EACH; turn += 1) {
    const body = inventOrder(index * ORDERS_EACH + turn);
    const { record } = await send('POST', '/v1/data/records/orders', { body, token });
    orders.push(record.id);
  }
  return { email, password: PASSWORD, token, orders };
}

/** The same every time, so that two runs make the same picture but for its times. */
function inventOrder(number) {
  const day = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS + (1 + (number % 9)) * DAY_MS);
  day.setUTCHours(9 + (number % 8));
  return {
    tea: TEAS[(number * 5) % TEAS.length],
    grams: [50, 100, 250, 500][(number * 7) % 4],
    deliver_on: day.toISOString(),
    paid: number % 3 !== 0,
    note: NOTES[(number * 3) % NOTES.length],
  };
}

function createCaller(url) {
  async function send(method, path, { body, token, headers = {} } = {}) {
    const answer = await fetch(url + path, {
      method,
      headers: {
        ...headers,
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  }
  return { send };
}

/** Everybody reads his orders, over and over, at a modest pace. Returns what ends it. */
export function keepReading({ url, people }) {
  const { send } = createCaller(url);
  const pace = { isOver: false };
  const readers = people.map(async ({ token }, index) => {
    await sleep(index * 25);
    while (!pace.isOver) {
      await send('GET', '/v1/data/records/orders?limit=20', { token });
      await sleep(150);
    }
  });
  return async () => {
    pace.isOver = true;
    await Promise.all(readers);
  };
}

/**
 * Someone with a Postgres tool holds four orders and the tastings, so that changes of those orders and lists of the
 * tastings keep their connections: four of the interactive lane, two of bulk. Returns what lets go.
 */
export async function holdConnections({ url, dataDir, operator, people }) {
  const { findRunningPostgres } = await import('../dist/main/database/embedded/running.js');
  const client = new pg.Client({ connectionString: await findRunningPostgres(dataDir) });
  await client.connect();
  const { send } = createCaller(url);
  const held = people.slice(0, 4);
  const ids = held.map(({ orders }) => orders[0]);
  await client.query('begin');
  await client.query('lock table aquifer_data.tastings in access exclusive mode');
  await client.query('select id from aquifer_data.orders where id = any($1) for update', [ids]);
  const waiting = [
    ...held.map(({ token, orders: [id] }) =>
      send('PATCH', `/v1/data/records/orders/${id}`, { body: { paid: true }, token }),
    ),
    ...['/v1/data/collections/tastings/records', '/v1/data/collections/tastings/records?limit=10'].map((path) =>
      send('GET', path, { token: operator.token }),
    ),
  ].map((request) => request.catch(() => undefined));
  return async () => {
    await client.query('rollback');
    await client.end();
    await Promise.all(waiting);
  };
}
