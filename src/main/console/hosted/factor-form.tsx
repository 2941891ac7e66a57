// Proving who one is with what one has: passkey, authenticator app, recovery code, or the password where there is nothing
// else. One way is shown at a time, the easiest first; the others are a press away.
import { type ReactNode, useState } from 'react';
import { Button } from '../components/button.tsx';
import { PasswordField, TextField } from '../components/field.tsx';
import { formText } from '../components/form-text.ts';
import { Icon } from '../components/icon.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { CodeField } from './code-field.tsx';
import { answerWithPasskey, hasPasskeys } from './passkey.ts';
import { useCall } from './use-call.ts';
import { useForm } from './use-form.ts';
import { useWords } from './use-words.ts';
import type { WordKey } from './words/catalogues.ts';
import './factors.css';

export type Factor = 'passkey' | 'totp' | 'password' | 'recovery_code';

/** One of these, as the server takes them. */
export interface Proof {
  readonly password?: string;
  readonly code?: string;
  readonly recoveryCode?: string;
  readonly passkey?: Awaited<ReturnType<typeof answerWithPasskey>>;
}

interface FactorFormProps {
  readonly factors: readonly Factor[];
  readonly application: string;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onProof: (proof: Proof) => void;
  /** What the server asks a passkey to sign. */
  readonly passkeyOptions: () => Promise<{ readonly options: object }>;
  /** Stands between the answer and the button that sends it. */
  readonly children?: ReactNode;
}

/** The easiest first. */
const order: readonly Factor[] = ['passkey', 'totp', 'password', 'recovery_code'];

const sentences = {
  passkey: 'secondFactor.passkey',
  totp: 'secondFactor.totp',
  recovery_code: 'secondFactor.recovery',
  password: 'stepUp.text',
} as const satisfies Record<Factor, WordKey>;

const switches = {
  passkey: 'secondFactor.toPasskey',
  totp: 'secondFactor.toTotp',
  recovery_code: 'secondFactor.toRecovery',
  password: 'common.password',
} as const satisfies Record<Factor, WordKey>;

export function FactorForm(props: FactorFormProps) {
  const { factors, application, isBusy, error, onProof, passkeyOptions, children } = props;
  const { say } = useWords();
  const usable = order.filter((factor) => factors.includes(factor) && (factor !== 'passkey' || hasPasskeys()));
  const [chosen, setChosen] = useState<Factor>(usable[0] ?? 'recovery_code');
  const passkey = useCall(
    async () => answerWithPasskey((await passkeyOptions()).options),
    (answer) => onProof({ passkey: answer }),
  );
  // Another way is another question: what was refused before is not said of it.
  const [refusedBefore, setRefusedBefore] = useState<unknown>(null);
  const problem = passkey.error ?? (error === refusedBefore ? null : error);
  return (
    <>
      <p className="soft">{say(sentences[chosen], { application })}</p>
      {problem !== null && <ProblemNotice error={problem} />}
      {chosen === 'passkey' ? (
        <div className="page-form">
          {children}
          <Button weight="primary" isBusy={isBusy || passkey.isBusy} onClick={() => void passkey.send(undefined)}>
            <Icon name="key" />
            {say('secondFactor.usePasskey')}
          </Button>
        </div>
      ) : (
        <TypedProof key={chosen} factor={chosen} isBusy={isBusy} error={problem} onProof={onProof}>
          {children}
        </TypedProof>
      )}
      {usable.length > 1 && (
        <p className="page-links">
          {usable
            .filter((factor) => factor !== chosen)
            .map((factor) => (
              <button
                key={factor}
                type="button"
                className="page-text-button"
                onClick={() => {
                  passkey.forget();
                  setRefusedBefore(error);
                  setChosen(factor);
                }}
              >
                {say(switches[factor])}
              </button>
            ))}
        </p>
      )}
    </>
  );
}

interface TypedProofProps {
  readonly factor: Exclude<Factor, 'passkey'>;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onProof: (proof: Proof) => void;
  readonly children: ReactNode;
}

function TypedProof({ factor, isBusy, error, onProof, children }: TypedProofProps) {
  const { say } = useWords();
  const form = useForm((typed) => onProof(proofIn(factor, typed)), error);
  return (
    <form {...form.props}>
      {factor === 'totp' && (
        <CodeField label={say('secondFactor.codeLabel')} fault={form.faultOf('code')} error={error} isBusy={isBusy} />
      )}
      {factor === 'recovery_code' && (
        <TextField
          label={say('common.recoveryCode')}
          name="recoveryCode"
          className="field-input code-input"
          dir="ltr"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          fault={form.faultOf('recoveryCode')}
          autoFocus
          required
        />
      )}
      {factor === 'password' && (
        <PasswordField
          label={say('common.password')}
          name="password"
          autoComplete="current-password"
          fault={form.faultOf('password')}
          autoFocus
          required
        />
      )}
      {children}
      <Button type="submit" weight="primary" isBusy={isBusy}>
        {say('secondFactor.confirm')}
      </Button>
    </form>
  );
}

function proofIn(factor: Exclude<Factor, 'passkey'>, form: FormData): Proof {
  if (factor === 'password') return { password: formText(form, 'password') };
  if (factor === 'recovery_code') return { recoveryCode: formText(form, 'recoveryCode') };
  return { code: formText(form, 'code').replaceAll(/\s/g, '') };
}
