import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Ask } from '../../../../main/accounts/social/atproto/ask.ts';
import { findAccount, parseHandle, readAccount } from '../../../../main/accounts/social/atproto/identity.ts';
import { toRefusal } from '../../../../main/accounts/social/problems.ts';
import { createGuardedFetch } from '../../../../main/foundation/guarded-fetch.ts';
import { type AtprotoNetwork, didFor, startAtprotoNetwork } from '../../../support/atproto-network.ts';
import { send } from '../../../support/wayward-provider.ts';

/** What the world's DNS says in these tests. */
const records = new Map<string, string[][]>();
const addresses = new Map<string, string>();
const cancelled = vi.fn();

vi.mock('node:dns/promises', async (original) => ({
  ...(await original<typeof import('node:dns/promises')>()),
  lookup: async (host: string) => [{ address: addresses.get(host) ?? '192.0.2.1', family: 4 }],
  Resolver: class {
    #refuse: (error: Error) => void = () => undefined;
    resolveTxt(name: string): Promise<string[][]> {
      if (name === '_atproto.slow.atproto.social') {
        return new Promise((_done, refuse) => {
          this.#refuse = refuse;
        });
      }
      const found = records.get(name);
      return found ? Promise.resolve(found) : Promise.reject(new Error('ENOTFOUND'));
    }
    cancel() {
      cancelled();
      this.#refuse(new Error('ECANCELLED'));
    }
  },
}));

let network: AtprotoNetwork;

beforeAll(async () => {
  network = await startAtprotoNetwork();
});
afterAll(() => network?.close());
afterEach(() => {
  network.wayward = {};
  records.clear();
});

function ask(more: Partial<Ask> = {}): Ask {
  const { endpoints } = network.entry() as { endpoints: { directory: string; handle: string } };
  return {
    provider: { asksFor: 'handle', endpoints } as Ask['provider'],
    fetch: createGuardedFetch({ timeoutMs: 2_000, maxBytes: 65_536, allowsPrivateNetwork: true, allowsHttp: true }),
    allowsLocal: true,
    signal: AbortSignal.timeout(10_000),
    ...more,
  };
}

function user(name: string, handle = `${name}.atproto.social`) {
  return network.add({ did: didFor(name), handle });
}

const refusalOf = (handle: string, how: Partial<Ask> = {}) =>
  findAccount(ask(how), handle).then(
    () => 'none',
    (error: unknown) => toRefusal(error, { asksFor: 'handle' }).message,
  );

const UNCONFIRMED = 'The handle is not confirmed by the account it leads to.';
const NOBODYS = 'The handle is nobody’s.';

describe('a handle leads to an account', () => {
  test('by its domain, or by its DNS, which goes first', async () => {
    const served = user('served');
    expect(await findAccount(ask(), served.handle)).toEqual({ ...served, home: network.origins.home });
    const { handle } = user('former', 'both.atproto.social');
    network.add({ did: didFor('former'), handle });
    const told = network.add({ did: didFor('told'), handle });
    records.set(`_atproto.${handle}`, [['v=spf1 -all'], ['did=', told.did]]);
    expect((await findAccount(ask(), handle)).did).toBe(told.did);
  });

  test('to none where DNS and domain say nothing, or DNS says several things', async () => {
    expect(await refusalOf('nobody.atproto.social')).toBe(NOBODYS);
    const [one, two] = [user('one', 'two-of-them.example.social'), didFor('two')];
    records.set('_atproto.unserved.atproto.social', [[`did=${one.did}`], [`did=${two}`]]);
    expect(await refusalOf('unserved.atproto.social')).toBe(NOBODYS);
    for (const did of ['did:key:z6Mk', 'did:plc:short', `${one.did}/..`, 'did:web:a b', `did:plc:${'a'.repeat(300)}`]) {
      records.set('_atproto.unserved.atproto.social', [[`did=${did}`]]);
      expect(await refusalOf('unserved.atproto.social'), did).toBe(NOBODYS);
    }
  });

  test('a DNS that does not answer is given up', async () => {
    const slow = user('slow');
    const before = cancelled.mock.calls.length;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const found = findAccount(ask(), slow.handle);
    await vi.advanceTimersByTimeAsync(3_001);
    vi.useRealTimers();
    expect((await found).did).toBe(slow.did);
    expect(cancelled.mock.calls.length).toBe(before + 1);
  });
});

describe('an account confirms its handle', () => {
  test('first among its names, or it is refused', async () => {
    const { handle } = user('ada');
    const named = (alsoKnownAs: unknown) => {
      network.wayward = { document: (document) => ({ ...document, alsoKnownAs }) };
      return refusalOf(handle);
    };
    expect(await named(['https://ada.example', `at://${handle.toUpperCase()}`])).toBe('none');
    const wrong = [[], undefined, 'at://ada.atproto.social', ['at://eve.atproto.social', `at://${handle}`], [7, null]];
    for (const one of wrong) expect(await named(one), JSON.stringify(one)).toBe(UNCONFIRMED);
  });

  test('in a document of its own, with a home', async () => {
    const { handle } = user('ada');
    const service = { id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: 'https://home.example' };
    const served = (changed: object) => {
      network.wayward = { document: (document) => ({ ...document, ...changed }) };
      return refusalOf(handle);
    };
    expect(await served({ service: [null, { ...service, id: '#other' }, service] })).toBe('none');
    expect(await served({ id: didFor('eve') })).toBe(UNCONFIRMED);
    for (const wrong of [undefined, [], 'x', [null], [{ ...service, type: 'Other' }], [{ ...service, id: '#pds' }]]) {
      expect(await served({ service: wrong })).toBe(UNCONFIRMED);
    }
    for (const address of [
      ...['ftp://home.example', 'javascript:alert(1)', 'https://home.example/path', 'https://a@home.example', 7],
      ...['https://home.example?x', 'https://home.example#x', 'home.example'],
    ]) {
      expect(await served({ service: [{ ...service, serviceEndpoint: address }] }), String(address)).toBe(UNCONFIRMED);
    }
  });

  test('a home in the clear is for development alone', async () => {
    expect(await refusalOf(user('ada').handle, { allowsLocal: false })).toBe(UNCONFIRMED);
  });

  test('a directory that fails is not the handle’s fault', async () => {
    const { handle, did } = user('ada');
    network.wayward = {
      answer: (path, response) => {
        if (path !== `/${did}`) return false;
        send(response, 503, {});
        return true;
      },
    };
    expect(await refusalOf(handle)).toMatch(/does not answer/);
    const endpoints = { ...ask().provider.endpoints, directory: 'http://127.0.0.1:1' };
    network.wayward = {};
    expect(await refusalOf(handle, { provider: { asksFor: 'handle', endpoints } as Ask['provider'] })).toMatch(
      /does not answer/,
    );
  });
});

describe('an account of a domain (did:web)', () => {
  test('is asked for at this machine in development, and nowhere else in the clear', async () => {
    const did = `did:web:localhost%3A${new URL(network.origins.directory).port}`;
    const handle = network.add({ did, handle: 'web.atproto.social' }).handle;
    addresses.set('localhost', '127.0.0.1');
    network.wayward = {
      answer: (path, response) => {
        if (path !== '/.well-known/did.json') return false;
        send(response, 200, network.documentOf({ did, handle }));
        return true;
      },
    };
    expect((await findAccount(ask(), handle)).home).toBe(network.origins.home);
    const before = network.asked('/.well-known/did.json');
    expect(await refusalOf(handle, { allowsLocal: false })).toBe(UNCONFIRMED);
    expect(network.asked('/.well-known/did.json')).toBe(before);
  });

  test('reg/I2-that-leads-inside-is-not-asked-and-nobody-is-told-why', async () => {
    const fetch = createGuardedFetch({ timeoutMs: 2_000, maxBytes: 65_536 });
    addresses.set('inside.social', '10.0.0.1');
    const inside = ['did:web:inside.social', 'did:web:nobody.social'];
    const said = await Promise.all(
      inside.map((did) =>
        readAccount(ask({ fetch, allowsLocal: false }), did).catch(
          (error: unknown) => toRefusal(error, { asksFor: 'handle' }).message,
        ),
      ),
    );
    expect(new Set(said)).toEqual(new Set(['The handle leads to no server that can be asked.']));
    const asked = vi.fn();
    const local = ['localhost', '127.0.0.1', '169.254.169.254', 'a.internal', 'a.local', 'a.social%3A8443', 'x', '..'];
    for (const name of local) {
      expect(await readAccount(ask({ fetch: asked, allowsLocal: false }), `did:web:${name}`), name).toBeNull();
    }
    expect(asked).not.toHaveBeenCalled();
  });
});

describe('parseHandle', () => {
  test.each([
    ['ada.bsky.social', 'ada.bsky.social'],
    [' @Ada.Bsky.Social ', 'ada.bsky.social'],
    ['at://ada.bsky.social', 'ada.bsky.social'],
    ['\u202a@ada.bsky.social\u202c', 'ada.bsky.social'],
    ['bücher.social', 'xn--bcher-kva.social'],
  ])('%s', (text, handle) => expect(parseHandle(text)).toBe(handle));

  test.each([
    ...['', 'ada', 'ada@bsky.social', 'ada.bsky.social/x', 'ada.bsky.social:80', 'ada.bsky.social?x', '10.0.0.1'],
    ...['localhost', 'ada.localhost', 'ada.internal', 'ada.local', '127.0.0.1', '[::1]', '①②⑦.0.0.1', 'x'.repeat(300)],
    ...['%61da.bsky.social', 'a..social', '-a.social', 'did:plc:abc', 'ada.bsky.social\\x', 'ada bsky.social'],
  ])('not %j', (text) => expect(() => parseHandle(text)).toThrow(/The handle must be one such as/));
});
