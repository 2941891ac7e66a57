// Setting up an authenticator app: the key as a picture and as text, and the first code as proof that it arrived.
import type { Settings, TotpSetUp } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { CopyButton } from '../components/copy-button.tsx';
import { formText } from '../components/form-text.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { isToldByFields } from '../components/problem-words.ts';
import { CodeField } from './code-field.tsx';
import { Page } from './page.tsx';
import { QrCode } from './qr-code.tsx';
import { useCall } from './use-call.ts';
import { useForm } from './use-form.ts';
import { useWords } from './use-words.ts';
import './factors.css';

interface TotpStepProps {
  readonly settings: Settings;
  readonly setUp: TotpSetUp;
  readonly onDone: (codes: readonly string[] | undefined) => void;
  readonly onOtherWay: () => void;
}

export function TotpStep({ settings, setUp, onDone, onOtherWay }: TotpStepProps) {
  const { say } = useWords();
  const call = useCall(
    (code: string) => api.accounts.factors.confirmTotp(code),
    ({ recoveryCodes }) => onDone(recoveryCodes),
  );
  const isBusy = call.isBusy || call.answer !== null;
  const form = useForm((typed) => void call.send(formText(typed, 'code').replaceAll(/\s/g, '')), call.error);
  return (
    <Page settings={settings} step="totp" title={say('setUp.scanTitle')}>
      <p className="soft">{say('setUp.scanText')}</p>
      <div className="totp-key">
        <QrCode text={setUp.uri} label={say('setUp.picture')} />
        <div className="totp-words">
          <p className="field-label">{say('setUp.key')}</p>
          <p className="totp-secret">
            <code dir="ltr">{inGroups(setUp.secret)}</code>
            <CopyButton text={setUp.secret} label={say('setUp.copyKey')} />
          </p>
          <a href={setUp.uri}>{say('setUp.openApp')}</a>
        </div>
      </div>
      {call.error !== null && !isToldByFields(call.error, ['code']) && <ProblemNotice error={call.error} />}
      <form {...form.props}>
        <CodeField label={say('setUp.codeLabel')} fault={form.faultOf('code')} error={call.error} isBusy={isBusy} />
        <Button type="submit" weight="primary" isBusy={isBusy}>
          {say('setUp.confirm')}
        </Button>
      </form>
      <p className="page-end">
        <button type="button" className="page-text-button" onClick={onOtherWay}>
          {say('setUp.otherWay')}
        </button>
      </p>
    </Page>
  );
}

/** Four letters at a time can be typed without losing one's place. */
function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret;
}
