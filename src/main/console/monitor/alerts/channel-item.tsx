// One channel: where it leads, whether it delivers, its test, its switch and its log.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Channel, Delivery } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { Moment } from '../../components/moment.tsx';
import { Notice } from '../../components/notice.tsx';
import { sayProblem } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { channelKindWords, channelState, deliveryWords, leastWords } from './channel-words.ts';
import { channelsKey } from './channels.ts';
import { DeliveryList } from './delivery-list.tsx';

const switchOptions = [
  { value: 'off', label: 'Off' },
  { value: 'on', label: 'On' },
] as const;

interface ChannelItemProps {
  readonly channel: Channel;
  readonly onEdit: () => void;
}

export function ChannelItem({ channel, onEdit }: ChannelItemProps) {
  const { id, isEnabled, name } = channel;
  const [isLogOpen, setLogOpen] = useState(false);
  const cache = useQueryClient();
  const renew = () => cache.invalidateQueries({ queryKey: channelsKey() });
  const test = useMutation({ mutationFn: () => api.monitor.testChannel(id), onSettled: renew });
  const toggle = useMutation({
    mutationFn: (isOn: boolean) => api.monitor.changeChannel(id, { isEnabled: isOn }),
    onError: sayProblem,
    onSettled: renew,
  });
  return (
    <li className="channel">
      <div className="channel-head">
        <ChannelWords channel={channel} />
        <div className="channel-controls">
          <Button isBusy={test.isPending} onClick={() => test.mutate()}>
            Send a test
          </Button>
          <Choice
            label={`Whether “${name}” is used`}
            options={switchOptions}
            value={isEnabled ? 'on' : 'off'}
            onChoose={(value) => toggle.mutate(value === 'on')}
          />
        </div>
      </div>
      {test.data && <TestOutcome delivery={test.data} />}
      {test.isError && <ProblemNotice error={test.error} />}
      <div className="channel-more">
        <Button weight="quiet" aria-expanded={isLogOpen} onClick={() => setLogOpen(!isLogOpen)}>
          {isLogOpen ? 'Close the log' : 'What was sent'}
        </Button>
        <Button weight="quiet" onClick={onEdit}>
          Change
        </Button>
      </div>
      {isLogOpen && <DeliveryList channelId={id} />}
    </li>
  );
}

function ChannelWords({ channel }: { readonly channel: Channel }) {
  const { kind, lastDelivery, name, severityLeast, target } = channel;
  const state = channelState(channel);
  return (
    <div className="channel-words">
      <h2>{name}</h2>
      <p className="soft">
        {channelKindWords(kind).label}
        {target && ' to '}
        {target && <span className="channel-target">{target}</span>}; it is told of {leastWords(severityLeast)}
      </p>
      <p className="channel-state small">
        <StatusWord tone={state.tone}>{state.words}</StatusWord>
        {lastDelivery && (
          <span className="faint">
            {lastDelivery.sentence} <Moment at={lastDelivery.at} isShort />
          </span>
        )}
      </p>
    </div>
  );
}

function TestOutcome({ delivery }: { readonly delivery: Delivery }) {
  const isDelivered = delivery.state === 'delivered';
  return (
    <Notice
      tone={isDelivered ? 'good' : 'bad'}
      title={isDelivered ? 'The test has arrived' : deliveryWords(delivery.state).label}
    >
      <p>{delivery.sentence}</p>
    </Notice>
  );
}
