/** `aquifer user create`: makes an account. The password comes by standard input, where no process list shows it. */

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { AppError } from '../foundation/errors.ts';
import { type CommandOutput, exitCodes } from './command-output.ts';
import { withAccounts } from './with-accounts.ts';

export interface NewUserOptions {
  email: string;
  name?: string;
  operator: boolean;
}

export async function runUserCreate(output: CommandOutput, { email, name, operator }: NewUserOptions): Promise<number> {
  const password = await readPassword();
  const role = operator ? 'operator' : 'user';
  const user = await withAccounts(output, (accounts) =>
    accounts.createUser({ email, password, role, ...(name === undefined ? {} : { name }) }),
  );
  const what = operator ? 'operator' : 'user';
  output.answer([`Made the ${what} ${user.email}.`], { user });
  return exitCodes.done;
}

async function readPassword(): Promise<string> {
  const password = process.stdin.isTTY
    ? await askUnseen('Password: ')
    : (await readText(process.stdin)).replace(/\r?\n$/, '');
  if (password === '') {
    throw new AppError(
      'invalid',
      'password_missing',
      'Give the password by standard input: printf %s "$PASSWORD" | aquifer user create …',
    );
  }
  return password;
}

async function askUnseen(question: string): Promise<string> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true });
  process.stderr.write(question);
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
