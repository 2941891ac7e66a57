// Where alerts are sent to: does each channel deliver, and the button that proves it.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Channel } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { CurlLine } from '../../components/curl-line.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { TabLinks } from '../../components/tab-links.tsx';
import { alertLinks } from './alert-links.ts';
import { ChannelItem } from './channel-item.tsx';
import { ChannelModal } from './channel-modal.tsx';
import { channelsQuery } from './channels.ts';
import './channels.css';

export function ChannelsScreen() {
  const channels = useQuery(channelsQuery());
  const [editing, setEditing] = useState<Channel | 'new' | null>(null);
  const add = () => setEditing('new');
  const hasSome = (channels.data?.length ?? 0) > 0;
  return (
    <>
      <PageHeader
        title="Channels"
        actions={
          hasSome && (
            <Button weight="primary" icon="plus" onClick={add}>
              Add a channel
            </Button>
          )
        }
      >
        Where alerts are sent to. What cannot be delivered is tried again, and none of it goes through the pool that it
        reports on.
      </PageHeader>
      <TabLinks label="Alerts" links={alertLinks} />
      <Loaded query={channels} skeleton={<LinesSkeleton lines={5} />}>
        {(list: readonly Channel[]) =>
          list.length === 0 ? (
            <NoChannels onAdd={add} />
          ) : (
            <ul className="channels">
              {list.map((channel) => (
                <ChannelItem key={channel.id} channel={channel} onEdit={() => setEditing(channel)} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <ChannelModal editing={editing} onClose={() => setEditing(null)} />
    </>
  );
}

function NoChannels({ onAdd }: { readonly onAdd: () => void }) {
  return (
    <EmptyState
      icon="bell"
      title="Alerts reach nobody yet"
      action={
        <Button weight="primary" onClick={onAdd}>
          Add a channel
        </Button>
      }
      command={
        <CurlLine
          method="POST"
          path="/v1/monitor/channels"
          body={{ name: 'On call', kind: 'mail', target: 'on-call@example.com', severityLeast: 'page' }}
        />
      }
    >
      By mail, a signed webhook, Slack, Discord, PagerDuty or Alertmanager.
    </EmptyState>
  );
}
