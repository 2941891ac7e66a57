// testssl.sh looks at the TLS that the server speaks itself: protocols, ciphers, known weaknesses, headers. That the
// certificate is signed by nobody is the doing of this script and is left out.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './hydra.js';

/** Of a certificate made for ten minutes on this machine. */
const OF_THE_CERTIFICATE = /^(cert|chain|DNS_CAA|OCSP|trust|security_headers_HPKP)/i;

const BAD = new Set(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL', 'FATAL']);
/** Fewer, and it has not got through. */
const CHECKS_MIN = 80;

export async function probeTls(program, { port, folder }) {
  const report = join(folder, 'testssl.json');
  await run(program, [
    ...['--quiet', '--warnings', 'batch', '--color', '0', '--jsonfile', report],
    ...['--ip', '127.0.0.1', `https://localhost:${port}`],
  ]);
  const findings = JSON.parse(readFileSync(report, 'utf8'));
  const bad = findings.filter(({ id, severity }) => BAD.has(severity) && !OF_THE_CERTIFICATE.test(id));
  const found = bad.map(({ id, severity, finding }) => `${severity} ${id}: ${finding}`);
  if (findings.length < CHECKS_MIN) found.push(`it made only ${findings.length} checks`);
  return { tried: `${findings.length} checks.`, found };
}
