// What a channel's form sends: all of a new one, and of one that exists only what was written.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Channel, ChannelAnswer, ChannelKind, Severity } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { formText, optionalFormText } from '../../components/form-text.ts';
import { say, sayProblem } from '../../components/notify.ts';
import { channelsKey } from './channels.ts';

interface SaveChannel {
  /** Null makes one. */
  readonly channel: Channel | null;
  readonly kind: ChannelKind;
  readonly onSaved: (answer: ChannelAnswer) => void;
}

export function useSaveChannel({ channel, kind, onSaved }: SaveChannel) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (form: FormData) => {
      const target = optionalFormText(form, 'target');
      const secret = optionalFormText(form, 'secret');
      const given = {
        name: formText(form, 'name'),
        severityLeast: formText(form, 'severityLeast') as Severity,
        ...(target && { target }),
        ...(secret && { secret }),
      };
      return channel ? api.monitor.changeChannel(channel.id, given) : api.monitor.createChannel({ ...given, kind });
    },
    onSuccess: async (answer) => {
      say(
        channel
          ? `${answer.channel.name} is changed.`
          : `${answer.channel.name} is added. Send a test to see it arrive.`,
      );
      await cache.invalidateQueries({ queryKey: channelsKey() });
      onSaved(answer);
    },
  });
}

export function useDeleteChannel(channel: Channel, onDone: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => api.monitor.deleteChannel(channel.id),
    onSuccess: () => {
      say(`${channel.name} is deleted.`);
      onDone();
      return cache.invalidateQueries({ queryKey: channelsKey() });
    },
    onError: sayProblem,
  });
}
