// Refusals in the visitor's language: by their code, by their kind where the code is not known, and field by field.
import { ProblemError } from '../../../client/index.ts';
import type { ProblemWords } from '../../components/problem-words.ts';
import { PageError } from '../page-error.ts';
import type { WordKey } from './catalogues.ts';
import type { Speech, Values } from './speech.ts';

export interface ProblemSpeech {
  readonly problem: (error: unknown) => ProblemWords;
  /** What the server says about one field; null when it says nothing. */
  readonly fault: (error: unknown, field: string) => string | null;
}

export function createProblemSpeech(speech: Speech, application: string): ProblemSpeech {
  return {
    problem: (error) => problemOf(speech, error, application),
    fault: (error, field) => {
      const message = error instanceof ProblemError ? error.fieldMessage(field) : null;
      return message === null ? null : faultOf(speech, message);
    },
  };
}

function problemOf(speech: Speech, error: unknown, application: string): ProblemWords {
  const { say, sayIfKnown } = speech;
  if (!(error instanceof ProblemError)) {
    if (error instanceof PageError) {
      const title = sayIfKnown(`problem.${error.code}`, { application }) ?? say('problem.refused');
      const advice = sayIfKnown(`problem.${error.code}.advice`, { application }) ?? '';
      return { title, advice, requestId: null, canRetry: false };
    }
    const unexpected = { title: say('problem.unexpected'), advice: say('problem.unexpected.advice') };
    return { ...unexpected, requestId: null, canRetry: true };
  }
  // A slip of the visitor's is nothing that anybody would look up in a log.
  const requestId = error.status >= 500 ? error.requestId : null;
  const canRetry = error.status === 0 || error.status === 429 || error.status >= 500;
  const title = sayIfKnown(`problem.${error.code}`, { application }) ?? say(kindOf(error));
  const known = sayIfKnown(`problem.${error.code}.advice`, { application });
  return { title, advice: known ?? adviceFor(speech, error, application), requestId, canRetry };
}

function kindOf({ status }: ProblemError): WordKey {
  if (status === 401) return 'problem.not_logged_in';
  if (status === 403) return 'problem.forbidden';
  if (status === 404) return 'problem.not_found';
  if (status === 429) return 'problem.too_many_attempts';
  if (status === 503) return 'problem.busy';
  if (status === 504) return 'problem.late';
  return status >= 500 ? 'problem.server' : 'problem.refused';
}

function adviceFor({ say, sayIfKnown, language }: Speech, error: ProblemError, application: string): string {
  if (error.status === 429 || error.status === 503) return waitAdvice(say, error.retryAfterSeconds);
  // What the server says of a code that no catalogue has yet is better than nothing where it can be read.
  if (error.status < 500 && language.code === 'en') return error.detail;
  return sayIfKnown(`${kindOf(error)}.advice`, { application }) ?? error.detail;
}

function waitAdvice(say: Speech['say'], seconds: number | null): string {
  if (seconds === null) return say('problem.waitALittle');
  if (seconds < 90) return say('problem.wait', { seconds: Math.max(1, Math.ceil(seconds)) });
  return say('problem.waitMinutes', { minutes: Math.ceil(seconds / 60) });
}

/** The API speaks English; these are the sentences it says about fields of the hosted pages. */
const sentences: readonly (readonly [pattern: RegExp, key: WordKey])[] = [
  [/^must have (\d+) characters? or more$/, 'fault.tooShort'],
  [/too long|characters? or fewer/, 'fault.tooLong'],
  [/must not be your name/, 'fault.personal'],
  [/attackers try first/, 'fault.common'],
  [/stolen elsewhere|breach/, 'fault.breached'],
  [/email address/, 'fault.email'],
  [/visible characters/, 'problem.invalid_name'],
  [/has an account already/, 'problem.email_taken'],
  [/^is not right/, 'fault.notRight'],
];

function faultOf({ say, language }: Speech, message: string): string {
  for (const [pattern, key] of sentences) {
    const found = pattern.exec(message);
    if (found) return say(key, countIn(found));
  }
  if (language.code !== 'en') return say('fault.refused');
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function countIn(found: RegExpExecArray): Values {
  return found[1] === undefined ? {} : { count: Number(found[1]) };
}
