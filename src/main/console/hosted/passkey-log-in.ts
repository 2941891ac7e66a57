// Logging in with a passkey: by the button, or by what the browser fills into the address field.
import { useEffect, useRef, useState } from 'react';
import type { LoggedIn } from '../../client/index.ts';
import { api } from '../api.ts';
import { answerWithPasskey, forgetPasskeyQuestion, offersPasskeysInFields } from './passkey.ts';
import { useCall } from './use-call.ts';

export interface PasskeyLogIn {
  readonly isBusy: boolean;
  readonly error: unknown;
  /** Asks for a passkey, by the browser's own dialog. */
  readonly ask: () => void;
}

/** The server's question is good for five minutes; a page that stays open asks anew before that. */
const ASK_ANEW_MS = 4 * 60_000;

/** @param isOffered false where they cannot work, as at an address without a name */
export function usePasskeyLogIn(isOffered: boolean, onAnswer: (answer: LoggedIn) => void): PasskeyLogIn {
  // The dialog takes the place of the offer in the field, so each time it was open the field offers anew.
  const [round, setRound] = useState(0);
  const call = useCall(async () => logIn(await askForPasskey(false)), onAnswer);
  const failed = useFieldOffer(isOffered ? round : null, onAnswer);
  return {
    isBusy: call.isBusy || call.answer !== null,
    error: call.error ?? failed,
    ask: () => void call.send(undefined).then(() => setRound((count) => count + 1)),
  };
}

/** Offers passkeys in the field while the page is open. Returns what the server said of one that was picked, if it refused. */
function useFieldOffer(round: number | null, onAnswer: (answer: LoggedIn) => void): unknown {
  const [failed, setFailed] = useState<unknown>(null);
  const answered = useRef(onAnswer);
  answered.current = onAnswer;
  useEffect(() => {
    if (round === null) return undefined;
    let isOver = false;
    const offer = async () => {
      if (document.hidden || !(await offersPasskeysInFields()) || isOver) return;
      // That nobody picks one, or that another question takes its place, is no fault worth a word.
      const picked = await askForPasskey(true).catch(() => null);
      if (picked === null || isOver) return;
      await logIn(picked).then(
        (answer) => answered.current(answer),
        (error: unknown) => setFailed(error),
      );
    };
    void offer();
    const clock = setInterval(() => void offer(), ASK_ANEW_MS);
    return () => {
      isOver = true;
      clearInterval(clock);
      forgetPasskeyQuestion();
    };
  }, [round]);
  return failed;
}

async function askForPasskey(inField: boolean) {
  const { options, flow } = await api.accounts.passkeys.logInOptions();
  return { flow, response: await answerWithPasskey(options, inField) };
}

function logIn(answer: Awaited<ReturnType<typeof askForPasskey>>): Promise<LoggedIn> {
  return api.accounts.passkeys.logIn({ ...answer, transport: 'cookie' });
}
