// What a refusal means and what can be done about it, in the words of a person.
import { ProblemError, SERVER_UNREACHABLE } from '../../client/index.ts';

export interface ProblemWords {
  /** What happened. */
  readonly title: string;
  /** What it means, and what to do. */
  readonly advice: string;
  readonly requestId: string | null;
  /** Whether the same request may succeed when sent again. */
  readonly canRetry: boolean;
}

type Words = Omit<ProblemWords, 'requestId'>;

const unexpected: Words = {
  title: 'Something went wrong here',
  advice: 'The page met something it was not made for. Load it again; if it happens again, tell us what you did.',
  canRetry: true,
};

/** What the browser says of a passkey, by the code that hosted/passkey.ts gives it. */
const ofPasskeys: Readonly<Record<string, Words>> = {
  passkey_cancelled: {
    title: 'The passkey was not used',
    advice: 'It was cancelled, or it took too long. Try again, or choose another way.',
    canRetry: false,
  },
  passkey_known: { title: 'This device has a passkey for your account already', advice: '', canRetry: false },
  passkey_unusable: {
    title: 'This browser cannot use passkeys here',
    advice: 'Choose another way, or try another browser.',
    canRetry: false,
  },
};

/** Words for anything that was thrown. */
export function problemWords(error: unknown): ProblemWords {
  if (!(error instanceof ProblemError)) return { ...(ofPasskeys[codeOf(error)] ?? unexpected), requestId: null };
  return { ...wordsFor(error), requestId: error.requestId };
}

function wordsFor(error: ProblemError): Words {
  if (error.code === SERVER_UNREACHABLE) {
    return {
      title: 'The server does not answer',
      advice: 'It may be starting, stopped, or out of reach of this network. Nothing you see here is lost; try again.',
      canRetry: true,
    };
  }
  const said = error.detail || error.title;
  if (error.status === 401) {
    return {
      title: 'You are not logged in',
      advice: 'Your session has ended. Log in again to go on.',
      canRetry: false,
    };
  }
  if (error.status === 403 && error.code !== 'operator_only')
    return { title: 'Not yet', advice: said, canRetry: false };
  if (error.status === 403) {
    return {
      title: 'This is for operators',
      advice: 'Your account may not see it. An operator can give you the role under Users.',
      canRetry: false,
    };
  }
  if (error.status === 404) return { title: 'This is not here', advice: said, canRetry: false };
  if (error.status === 429) return { title: 'Too many attempts', advice: waitAdvice(error, said), canRetry: true };
  if (error.status === 503) {
    return { title: 'The server is turning requests away', advice: waitAdvice(error, said), canRetry: true };
  }
  if (error.status === 504) {
    return {
      title: 'It took too long',
      advice: `${said} It was stopped so that others do not wait for it.`,
      canRetry: true,
    };
  }
  if (error.code === 'invalid_link') return { title: 'This link does not work', advice: said, canRetry: false };
  if (error.status >= 500) {
    return {
      title: 'The server could not do it',
      advice: 'The fault is on the server, and it is in its log under the request id below. Trying again may help.',
      canRetry: true,
    };
  }
  // The title of such a refusal is only its status in words; what it says is in the detail.
  return { title: said, advice: '', canRetry: false };
}

function waitAdvice(error: ProblemError, said: string): string {
  if (error.retryAfterSeconds === null) return `${said} Wait a little and try again.`;
  return `${said} Try again in ${waitWords(error.retryAfterSeconds)}.`;
}

/** What the server says about one field, as a sentence of its own; null when it says nothing. */
export function fieldFault(error: unknown, field: string): string | null {
  const message = error instanceof ProblemError ? error.fieldMessage(field) : null;
  if (message === null) return null;
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** Whether an error is told wholly beside its fields, so that no notice is needed above them. */
export function isToldByFields(error: unknown, fields: readonly string[]): boolean {
  if (!(error instanceof ProblemError) || error.fields.length === 0) return false;
  return error.fields.every((problem) => fields.includes(problem.field));
}

function waitWords(seconds: number): string {
  if (seconds <= 1) return 'a second';
  if (seconds < 90) return `${Math.ceil(seconds)} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

/** The code of a refusal that the page made itself. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
