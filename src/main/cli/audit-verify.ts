/**
 * `aquifer audit verify`: whether the audit trail is as it was written. Says what was changed, taken out or forged, and the
 * number and hash of the last link: kept where the database is not, they prove next time that nothing before was made anew.
 */

import type { TrailReport } from '../accounts/audit-trail/index.ts';
import { readHead, writeHead } from '../accounts/audit-trail/index.ts';
import { AppError } from '../foundation/errors.ts';
import { type CommandOutput, exitCodes } from './command-output.ts';
import { withAccounts } from './with-accounts.ts';

export interface VerifyCommandOptions {
  /** A head that was written down earlier, such as `41:5f0c…`. */
  expect?: string;
}

const PROGRESS_EVERY = 50_000;

export async function runAuditVerify(output: CommandOutput, { expect }: VerifyCommandOptions): Promise<number> {
  const expected = expect === undefined ? null : readHead(expect);
  if (expect !== undefined && expected === null) throw invalidHead();
  let told = 0;
  const onProgress = (links: number) => {
    if (links < told + PROGRESS_EVERY) return;
    told = links;
    output.progress(`${links} links looked at`);
  };
  const report = await withAccounts(output, ({ auditTrail }) => auditTrail.verify({ expected, onProgress }));
  const head = report.head && writeHead(report.head);
  output.answer(linesOf(report, head), { ...report, head });
  return report.isIntact ? exitCodes.done : exitCodes.unhealthy;
}

function linesOf(report: TrailReport, head: string | null): string[] {
  const { links, cutUpTo, signed, unsigned, unknownKey, unsealed, faults, isIntact } = report;
  return [
    isIntact ? `The audit trail is whole: ${links} links.` : 'The audit trail is not as it was written:',
    ...faults.map(({ message }) => `  ${message}`),
    ...(head === null ? [] : [`The last link: ${head}`]),
    ...(cutUpTo === 0 ? [] : [`Up to link ${cutUpTo} it was cut off because its time was over.`]),
    ...(signed === 0 && links > 0
      ? [
          'NOT CHECKED: signatures. No link is signed with the key at hand (AQUIFER_SECRET_KEY), so a chain made anew would not show.',
        ]
      : []),
    ...(unsigned === 0 || signed === 0 ? [] : [`The first ${unsigned} links are from before there was a key.`]),
    ...(unknownKey === 0 || signed === 0
      ? []
      : [`${unknownKey} links are signed with an earlier key; AQUIFER_SECRET_KEY_PREVIOUS would check them, too.`]),
    ...(unsealed === 0 ? [] : [`${unsealed} events wait for a server to seal them.`]),
  ];
}

function invalidHead(): AppError {
  const form = 'a link’s number and its hash, such as 41:5f0c…, as this command prints them';
  return new AppError('invalid', 'invalid_option', `--expect must be ${form}.`);
}
