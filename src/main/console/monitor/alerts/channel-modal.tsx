// A channel made or changed: its kind decides what is asked for; what is secret is written, and never shown again.
import { Modal } from '@mantine/core';
import { useState } from 'react';
import type { Channel, ChannelKind } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../../components/problem-words.ts';
import { severityOptions } from './alert-words.ts';
import { channelKindOptions, channelKindWords, leastWords } from './channel-words.ts';
import { useDeleteChannel, useSaveChannel } from './use-save-channel.ts';

interface ChannelModalProps {
  readonly editing: Channel | 'new' | null;
  readonly onClose: () => void;
}

export function ChannelModal({ editing, onClose }: ChannelModalProps) {
  const [madeSecret, setMadeSecret] = useState<string | null>(null);
  const close = () => {
    setMadeSecret(null);
    onClose();
  };
  return (
    <Modal
      opened={editing !== null}
      onClose={close}
      title={editing === 'new' ? 'Add a channel' : `Change ${editing?.name ?? ''}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      keepMounted={false}
    >
      {madeSecret !== null && <MadeSecret secret={madeSecret} onClose={close} />}
      {editing !== null && madeSecret === null && (
        <ChannelForm channel={editing === 'new' ? null : editing} onDone={close} onSecret={setMadeSecret} />
      )}
    </Modal>
  );
}

/** A webhook's receiver needs it, and it is told this once. */
function MadeSecret({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  return (
    <div className="form">
      <p>This is the key that its messages are signed with. Copy it now: it is not shown again.</p>
      <div className="curl-line">
        <pre>{secret}</pre>
        <CopyButton text={secret} label="Copy the key" />
      </div>
      <div className="form-actions">
        <Button weight="primary" onClick={onClose}>
          I have copied it
        </Button>
      </div>
    </div>
  );
}

interface ChannelFormProps {
  readonly channel: Channel | null;
  readonly onDone: () => void;
  readonly onSecret: (secret: string) => void;
}

function ChannelForm({ channel, onDone, onSecret }: ChannelFormProps) {
  const [kind, setKind] = useState<ChannelKind>(channel?.kind ?? 'mail');
  const save = useSaveChannel({
    channel,
    kind,
    onSaved: ({ secret }) => (secret === null ? onDone() : onSecret(secret)),
  });
  const words = channelKindWords(kind);
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(new FormData(event.currentTarget));
      }}
    >
      {save.isError && !isToldByFields(save.error, ['name', 'target', 'secret']) && (
        <ProblemNotice error={save.error} />
      )}
      {channel === null && (
        <SelectField
          label="Kind"
          options={channelKindOptions}
          value={kind}
          hint={words.about}
          onChange={(event) => setKind(event.target.value as ChannelKind)}
          data-autofocus
        />
      )}
      <TextField
        label="Name"
        name="name"
        autoComplete="off"
        defaultValue={channel?.name ?? ''}
        placeholder="On call"
        maxLength={80}
        fault={fieldFault(save.error, 'name')}
        required
      />
      <KindFields key={kind} kind={kind} channel={channel} error={save.error} />
      <SelectField
        label="Tells of"
        name="severityLeast"
        defaultValue={channel?.severityLeast ?? 'page'}
        options={leastOptions}
      />
      <div className="form-actions">
        {channel && <DeleteButton channel={channel} onDone={onDone} />}
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={save.isPending}>
          {channel ? 'Save' : 'Add it'}
        </Button>
      </div>
    </form>
  );
}

interface KindFieldsProps {
  readonly kind: ChannelKind;
  readonly channel: Channel | null;
  readonly error: unknown;
}

/** Of one that exists what is left empty stays. */
function KindFields({ kind, channel, error }: KindFieldsProps) {
  const { secret, target } = channelKindWords(kind);
  const stays = 'Left empty, it stays as it is.';
  return (
    <>
      {target && (
        <TextField
          label={target.label}
          name="target"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={2000}
          placeholder={channel?.target || target.placeholder}
          hint={channel ? `Now ${channel.target}. ${stays}` : target.hint}
          fault={fieldFault(error, 'target')}
          required={channel === null && target.isRequired}
        />
      )}
      {secret && (
        <TextField
          label={secret.label}
          name="secret"
          type="password"
          autoComplete="new-password"
          maxLength={500}
          hint={channel?.hasSecret ? stays : secret.hint}
          fault={fieldFault(error, 'secret')}
          required={channel === null && secret.isRequired}
        />
      )}
    </>
  );
}

const leastOptions = severityOptions.map(({ value }) => {
  const words = leastWords(value);
  return { value, label: words.charAt(0).toUpperCase() + words.slice(1) };
});

/** Twice, since its address cannot be read back: the first click says what will be lost. */
function DeleteButton({ channel, onDone }: { readonly channel: Channel; readonly onDone: () => void }) {
  const [isAsked, setAsked] = useState(false);
  const remove = useDeleteChannel(channel, onDone);
  if (!isAsked) {
    return (
      <Button weight="quiet" onClick={() => setAsked(true)}>
        Delete
      </Button>
    );
  }
  return (
    <Button
      weight="danger"
      title="Its address and the log of its deliveries are lost."
      isBusy={remove.isPending}
      onClick={() => remove.mutate()}
    >
      Delete {channel.name} and its log
    </Button>
  );
}
