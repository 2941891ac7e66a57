/**
 * Device cookies: whoever has logged in from this browser before keeps a guessing budget of his own there, so that a stranger
 * who locks the account from everywhere else does not lock out its owner (OWASP, "Slow Down Online Guessing Attacks with
 * Device Cookies"). The cookie holds a random id and, for each account, a signature over both. It opens nothing.
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { HOST_COOKIE } from '../../http/index.ts';
import type { Visit } from '../parts.ts';

export const DEVICE_COOKIE = '__Host-aquifer_device';

type Cookies = Pick<Visit['request'], 'cookies'>;

export interface DeviceCookies {
  /** The browser's id where this account has logged in from it before. The same work for every address. */
  find(request: Cookies, emailKey: string): Promise<string | null>;
  /** After a log-in: from now on the browser is known to the account. */
  remember(request: Cookies, reply: Visit['reply'], emailKey: string): Promise<void>;
}

const LIFETIME_DAYS = 180;
const DAY_MS = 86_400_000;
/** Of a browser that several people use. */
const MAX_ACCOUNTS = 5;
const DEVICE_ID = /^[A-Za-z0-9_-]{22}$/;
const TAG_BYTES = 16;
const ID_BYTES = 16;

interface Held {
  deviceId: string;
  /** A day, counted from 1970, and the signature of that day; newest first. */
  marks: { day: number; tag: Buffer }[];
}

/** @param key what marks are signed with, the same on every server */
export function createDeviceCookies(key: () => Promise<Buffer>): DeviceCookies {
  const sign = async (deviceId: string, day: number, emailKey: string): Promise<Buffer> =>
    createHmac('sha256', await key())
      .update(`${deviceId}\n${day}\n${emailKey}`)
      .digest()
      .subarray(0, TAG_BYTES);

  const indexOf = async ({ deviceId, marks }: Held, emailKey: string): Promise<number> => {
    let found = -1;
    for (const [index, { day, tag }] of marks.entries()) {
      if (timingSafeEqual(await sign(deviceId, day, emailKey), tag)) found = index;
    }
    return found;
  };

  return {
    async find(request, emailKey) {
      const held = read(request);
      return held && (await indexOf(held, emailKey)) >= 0 ? held.deviceId : null;
    },
    async remember(request, reply, emailKey) {
      const held = read(request) ?? { deviceId: randomBytes(ID_BYTES).toString('base64url'), marks: [] };
      const old = await indexOf(held, emailKey);
      const day = today();
      const mark = { day, tag: await sign(held.deviceId, day, emailKey) };
      const marks = [mark, ...held.marks.filter((_mark, index) => index !== old)].slice(0, MAX_ACCOUNTS);
      reply.setCookie(DEVICE_COOKIE, write({ ...held, marks }), {
        ...HOST_COOKIE,
        maxAge: (LIFETIME_DAYS * DAY_MS) / 1000,
      });
    },
  };
}

function today(): number {
  return Math.floor(Date.now() / DAY_MS);
}

function write({ deviceId, marks }: Held): string {
  return [deviceId, ...marks.map(({ day, tag }) => `${day}-${tag.toString('base64url')}`)].join('.');
}

/** Anything that we have not written, or that is too old, counts as no cookie. */
function read({ cookies }: Cookies): Held | null {
  const [deviceId = '', ...written] = cookies[DEVICE_COOKIE]?.split('.') ?? [];
  if (!DEVICE_ID.test(deviceId) || written.length > MAX_ACCOUNTS) return null;
  const marks = written.flatMap((one) => {
    const [, day, text] = /^(\d{1,6})-([A-Za-z0-9_-]{22})$/.exec(one) ?? [];
    if (day === undefined || text === undefined) return [];
    const age = today() - Number(day);
    return age >= 0 && age <= LIFETIME_DAYS ? [{ day: Number(day), tag: Buffer.from(text, 'base64url') }] : [];
  });
  return { deviceId, marks };
}
