// Devices that are spared the second factor for a while.
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { useCall } from '../use-call.ts';
import { useLoaded } from '../use-loaded.ts';
import { useWords } from '../use-words.ts';
import { knownParts, Thing } from './thing.tsx';

const loadFactors = (signal: AbortSignal) => api.accounts.factors.get(signal);

export function RememberedDevices() {
  const { say, date, ago } = useWords();
  const factors = useLoaded(loadFactors);
  const forget = useCall((id: string) => api.accounts.factors.forgetDevice(id), factors.reload);
  const forgetAll = useCall<undefined, unknown>(() => api.accounts.factors.forgetDevices(), factors.reload);
  const problem = factors.error ?? forget.error ?? forgetAll.error;
  if (factors.data === null && problem === null) return null;
  const devices = factors.data?.rememberedDevices ?? [];
  // Who has no second factor is never asked for one, and nothing needs to be spared.
  if (problem === null && devices.length === 0 && factors.data?.recoveryCodes === null) return null;
  return (
    <section className="things-part">
      <h3>{say('account.remembered')}</h3>
      <p className="account-hint">
        {say(devices.length === 0 ? 'account.remembered.none' : 'account.remembered.about')}
      </p>
      {problem !== null && <ProblemNotice error={problem} onRetry={factors.reload} />}
      <ul className="things">
        {devices.map((device) => (
          <Thing
            key={device.id}
            icon="screen"
            title={device.device}
            about={[
              knownParts(
                say('account.remembered.until', { date: date(device.expiresAt) }),
                say('account.sessions.used', { when: ago(device.lastUsedAt, Date.now()) }),
              ),
            ]}
            actions={
              <Button
                isBusy={forget.isBusy}
                aria-label={say('account.remembered.forgetOne', { device: device.device })}
                onClick={() => void forget.send(device.id)}
              >
                {say('account.remembered.forget')}
              </Button>
            }
          />
        ))}
      </ul>
      {devices.length > 1 && (
        <div>
          <Button isBusy={forgetAll.isBusy} onClick={() => void forgetAll.send(undefined)}>
            {say('account.remembered.forgetAll')}
          </Button>
        </div>
      )}
    </section>
  );
}
