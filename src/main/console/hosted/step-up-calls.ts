// The calls of a fresh proof.
import { createTransport } from '../../client/transport.ts';
import type { Proof } from './factor-form.tsx';

const { send } = createTransport({ baseUrl: globalThis.location?.origin ?? '' });

export const stepUpCalls = {
  prove: (proof: Proof) => send<unknown>('POST', '/v1/accounts/step-up', { body: proof }),
  passkeyOptions: () => send<{ readonly options: object }>('POST', '/v1/accounts/step-up/passkey-options'),
};
