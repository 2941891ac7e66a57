// Passkeys as the browser does them. What went wrong has a code of ours, which the catalogues put into words.
import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
} from '@simplewebauthn/browser';
import { PageError } from './page-error.ts';

export type PasskeyFault = 'passkey_cancelled' | 'passkey_known' | 'passkey_unusable';

/** Whether the browser knows passkeys at all. */
export function hasPasskeys(): boolean {
  return browserSupportsWebAuthn();
}

/** Whether the browser offers passkeys among what it fills into the address field. */
export function offersPasskeysInFields(): Promise<boolean> {
  return browserSupportsWebAuthnAutofill().catch(() => false);
}

/** Asks for one of the passkeys of this site. @throws PageError */
export function answerWithPasskey(options: object, inField = false) {
  const optionsJSON = options as PublicKeyCredentialRequestOptionsJSON;
  return startAuthentication({ optionsJSON, useBrowserAutofill: inField }).catch(refuse);
}

/** Makes one, by the browser’s own dialog. @throws PageError */
export function createPasskey(options: object) {
  return startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON }).catch(refuse);
}

/** Ends what waits for the visitor: only one can at a time. */
export function forgetPasskeyQuestion(): void {
  WebAuthnAbortService.cancelCeremony();
}

function refuse(cause: unknown): never {
  throw new PageError(faultOf(cause), { cause });
}

function faultOf(cause: unknown): PasskeyFault {
  if (cause instanceof WebAuthnError && cause.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED')
    return 'passkey_known';
  const isPutAway = cause instanceof Error && (cause.name === 'NotAllowedError' || cause.name === 'AbortError');
  return isPutAway ? 'passkey_cancelled' : 'passkey_unusable';
}
