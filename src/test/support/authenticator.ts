/**
 * An authenticator in software, as a browser hands its answers on: it makes passkeys and signs with them (WebAuthn Level 3,
 * section 6), rightly, or wrongly in whatever way a test asks for.
 */

import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

/** What a test may have go wrong; all else is as it should be. */
export interface Deviation {
  origin?: string;
  rpId?: string;
  /** In place of the one that was asked. */
  challenge?: string;
  type?: string;
  /** Whether the PIN, finger or face was asked for. */
  isUserVerified?: boolean;
  isUserPresent?: boolean;
  counter?: number;
  userHandle?: string | null;
  /** Signs with this in place of its own key. */
  key?: KeyObject;
  crossOrigin?: boolean;
}

interface Creation {
  challenge: string;
  rp: { id?: string };
  user: { id: string };
}

interface Request {
  challenge: string;
  rpId: string;
}

export interface SoftwarePasskey {
  readonly id: string;
  /** What `navigator.credentials.create()` gives, as JSON. */
  register(options: Creation, deviation?: Deviation): Registration;
  /** What `navigator.credentials.get()` gives, as JSON. */
  answer(options: Request, deviation?: Deviation): Assertion;
}

export interface Registration {
  id: string;
  rawId: string;
  type: 'public-key';
  response: { clientDataJSON: string; attestationObject: string; transports: string[] };
}

export interface Assertion {
  id: string;
  rawId: string;
  type: 'public-key';
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string };
}

const noStatement: CborObject = {};
const FLAGS = { userPresent: 0x01, userVerified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 };

interface PasskeyMaking {
  /** Whether it counts its uses; passkeys of password managers do not. */
  counts?: boolean;
  /** `packed` adds a certificate that is none. */
  attestation?: 'none' | 'packed';
}

/** @param origin of the page that asks */
export function createSoftwarePasskey(
  origin: string,
  { counts = true, attestation = 'none' }: PasskeyMaking = {},
): SoftwarePasskey {
  const id = randomBytes(32);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let userHandle = '';
  let counter = 0;
  const credentialId = id.toString('base64url');
  const dataFor = (rpId: string, { isUserPresent = true, isUserVerified = true, ...rest }: Deviation, more: Buffer) => {
    if (counts) counter += 1;
    const flags =
      (isUserPresent ? FLAGS.userPresent : 0) |
      (isUserVerified ? FLAGS.userVerified : 0) |
      (counts ? 0 : FLAGS.backupEligible | FLAGS.backedUp) |
      (more.length > 0 ? FLAGS.attested : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(rest.counter ?? counter);
    return Buffer.concat([sha256(rest.rpId ?? rpId), Buffer.of(flags), count, more]);
  };
  const clientData = (type: string, challenge: string, deviation: Deviation) =>
    Buffer.from(
      JSON.stringify({
        type: deviation.type ?? type,
        challenge: deviation.challenge ?? challenge,
        origin: deviation.origin ?? origin,
        crossOrigin: deviation.crossOrigin ?? false,
      }),
    );
  return {
    id: credentialId,
    register({ challenge, rp, user }, deviation = {}) {
      userHandle = user.id;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, coseKey(publicKey)]);
      const authData = dataFor(rp.id ?? '', deviation, attested);
      const attStmt: CborValue =
        attestation === 'none' ? noStatement : { alg: -7, sig: randomBytes(70), x5c: randomBytes(300) };
      const attestationObject = cbor({ fmt: attestation, attStmt, authData }).toString('base64url');
      const clientDataJSON = clientData('webauthn.create', challenge, deviation).toString('base64url');
      const response = { clientDataJSON, attestationObject, transports: ['internal'] };
      return { id: credentialId, rawId: credentialId, type: 'public-key', response };
    },
    answer({ challenge, rpId }, deviation = {}) {
      const said = clientData('webauthn.get', challenge, deviation);
      const authData = dataFor(rpId, deviation, Buffer.alloc(0));
      const signed = createSign('sha256').update(authData).update(createHash('sha256').update(said).digest());
      const handle = deviation.userHandle === undefined ? userHandle : deviation.userHandle;
      const response = {
        clientDataJSON: said.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: signed.sign(deviation.key ?? privateKey).toString('base64url'),
        ...(handle === null ? {} : { userHandle: handle }),
      };
      return { id: credentialId, rawId: credentialId, type: 'public-key', response };
    },
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** An ES256 key as COSE writes it (RFC 9053, section 7.1.1). */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return cbor(
    new Map<number, number | Buffer>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]),
  );
}

export type CborValue = number | string | Buffer | Map<number, number | Buffer> | CborObject;
interface CborObject {
  [key: string]: CborValue;
}

/** As much of CBOR (RFC 8949) as a registration takes. */
export function cbor(value: CborValue): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const entries: [number | string, CborValue][] = value instanceof Map ? [...value] : Object.entries(value);
  return Buffer.concat([head(5, entries.length), ...entries.flatMap(([key, one]) => [cbor(key), cbor(one)])]);
}

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.of((major << 5) | value);
  if (value < 256) return Buffer.of((major << 5) | 24, value);
  const long = Buffer.alloc(3);
  long[0] = (major << 5) | 25;
  long.writeUInt16BE(value, 1);
  return long;
}
