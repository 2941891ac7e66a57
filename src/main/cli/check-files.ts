/** What `aquifer doctor` says of the certificate and the stolen passwords' file: read as a server would read them. */

import { openBreachedFile } from '../accounts/index.ts';
import type { Config } from '../foundation/config.ts';
import { messageOf } from '../foundation/errors.ts';
import { EXPIRES_SOON_MS, readCertificate } from '../http/index.ts';
import type { Finding } from './finding.ts';

const DAY_MS = 86_400_000;

/** Nothing where the server speaks plain HTTP. */
export async function checkCertificate({ tlsCertFile, tlsKeyFile, baseUrl }: Config): Promise<Finding[]> {
  if (tlsCertFile === undefined || tlsKeyFile === undefined) return [];
  const check = 'Certificate';
  try {
    const { expiresAt, names, isFor } = await readCertificate({ certFile: tlsCertFile, keyFile: tlsKeyFile });
    const { hostname } = new URL(baseUrl);
    const days = Math.floor((expiresAt.getTime() - Date.now()) / DAY_MS);
    const until = `until ${expiresAt.toISOString().slice(0, 10)}, ${days} days`;
    if (!isFor(hostname)) {
      return [{ check, status: 'fault', detail: `is for ${names} and not for ${hostname}, the host of BASE_URL` }];
    }
    const isEnding = expiresAt.getTime() - Date.now() < EXPIRES_SOON_MS;
    return [
      { check, status: isEnding ? 'warning' : 'ok', detail: isEnding ? `expires soon: ${until}` : `good ${until}` },
    ];
  } catch (error) {
    return [{ check, status: 'fault', detail: messageOf(error) }];
  }
}

/** Nothing where there is none. A server goes on without it. */
export async function checkBreachedPasswords({ breachedPasswordsFile: path }: Config): Promise<Finding[]> {
  if (path === undefined) return [];
  const check = 'Stolen passwords';
  try {
    const file = await openBreachedFile(path);
    const isKnown = await file.has('123456');
    await file.close();
    if (isKnown) return [{ check, status: 'ok', detail: `are looked up in ${path}` }];
    return [{ check, status: 'warning', detail: `not even 123456 is in ${path}: see aquifer passwords check-file` }];
  } catch (error) {
    return [{ check, status: 'warning', detail: messageOf(error) }];
  }
}
