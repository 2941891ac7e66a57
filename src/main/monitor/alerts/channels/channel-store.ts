/**
 * The channels as they stand, kept in memory: what is sent never waits for the database. They are read again every few
 * seconds, so that all servers of one database know the same, and stay as last read while it does not answer.
 */

import type { Database } from '../../../database/index.ts';
import type { Sealer } from '../../../foundation/sealing.ts';
import { createId } from '../../../foundation/tokens.ts';
import { type ChannelAccess, type ChannelDefinition, checkAccess, defaultSeverity, showTarget } from './channel.ts';
import { channelNotFound, tooManyChannels } from './errors.ts';
import { type ChannelRow, deleteChannel, readChannels, saveChannel } from './queries.ts';
import type { ChannelChange, NewChannel } from './schema.ts';

const CHANNELS_MAX = 50;

export interface SavedChannel {
  readonly channel: ChannelDefinition;
  /** A secret that was made now, to be shown this once. */
  readonly madeSecret: string | null;
}

interface Stored {
  readonly sealed: Buffer;
  readonly channel: ChannelDefinition;
}

export class ChannelStore {
  readonly #database: Pick<Database, 'query' | 'execute'>;
  readonly #sealer: Sealer;
  #stored: ReadonlyMap<string, Stored> = new Map();
  #isLoaded = false;

  constructor(database: Pick<Database, 'query' | 'execute'>, sealer: Sealer) {
    this.#database = database;
    this.#sealer = sealer;
  }

  list(): ChannelDefinition[] {
    return [...this.#stored.values()].map(({ channel }) => channel);
  }

  find(id: string): ChannelDefinition | undefined {
    return this.#stored.get(id)?.channel;
  }

  /** @throws AppError channel_not_found */
  get(id: string): ChannelDefinition {
    const channel = this.find(id);
    if (!channel) throw channelNotFound();
    return channel;
  }

  /** For who asks before the first load: nothing there and nothing known are not the same. */
  async ensureLoaded(): Promise<void> {
    if (!this.#isLoaded) await this.load();
  }

  async load(): Promise<void> {
    const rows = await this.#database.query(readChannels, [CHANNELS_MAX]);
    const stored = new Map<string, Stored>();
    for (const row of rows) stored.set(row.id, await this.#toStored(row));
    this.#stored = stored;
    this.#isLoaded = true;
  }

  /** @throws AppError invalid_channel, too_many_channels, secret_key_missing */
  async create(given: NewChannel, userId: string): Promise<SavedChannel> {
    await this.ensureLoaded();
    if (this.#stored.size >= CHANNELS_MAX) throw tooManyChannels(CHANNELS_MAX);
    const { isEnabled = true, kind, name, severityLeast = defaultSeverity[kind] } = given;
    const access = checkAccess(kind, given);
    const channel = await this.#save({ id: createId(), name, kind, isEnabled, severityLeast }, access, userId);
    return { channel, madeSecret: madeSecretOf(given, access) };
  }

  /** @throws AppError channel_not_found, invalid_channel, secret_key_missing */
  async change(id: string, given: ChannelChange, userId: string): Promise<SavedChannel> {
    const known = this.get(id);
    const { isEnabled = known.isEnabled, name = known.name, severityLeast = known.severityLeast } = given;
    const wanted = { id, kind: known.kind, name, isEnabled, severityLeast };
    if (given.target === undefined && given.secret === undefined) {
      return { channel: await this.#saveAsSealed(known, wanted, userId), madeSecret: null };
    }
    const { kind } = known;
    // The secret belongs to the address it was given for: it does not follow to another host unasked.
    const kept = isSameHost(kind, known.access?.target, given.target) ? known.access : null;
    const access = checkAccess(kind, {
      ...pick('target', given.target ?? known.access?.target),
      ...pick('secret', given.secret ?? kept?.secret ?? undefined),
    });
    const channel = await this.#save(wanted, access, userId);
    return { channel, madeSecret: access.secret === kept?.secret ? null : madeSecretOf(given, access) };
  }

  /** @throws AppError channel_not_found */
  async delete(id: string): Promise<ChannelDefinition> {
    const channel = this.get(id);
    await this.#database.execute(deleteChannel, [id]);
    await this.load();
    return channel;
  }

  async #save(
    wanted: Pick<ChannelDefinition, 'id' | 'name' | 'kind' | 'isEnabled' | 'severityLeast'>,
    access: ChannelAccess,
    userId: string,
  ): Promise<ChannelDefinition> {
    const { id, isEnabled, kind, name, severityLeast } = wanted;
    const sealed = await this.#sealer.seal(JSON.stringify(access), id);
    const shown = showTarget(kind, access);
    const values = [shown, access.secret !== null, sealed, userId] as const;
    await this.#database.execute(saveChannel, [id, name, kind, isEnabled, severityLeast, ...values]);
    await this.load();
    return this.get(id);
  }

  /** What is sealed stays as it is, even where this server cannot open it: a broken channel must be easy to switch off. */
  async #saveAsSealed(
    known: ChannelDefinition,
    { id, isEnabled, name, severityLeast }: Pick<ChannelDefinition, 'id' | 'name' | 'isEnabled' | 'severityLeast'>,
    userId: string,
  ): Promise<ChannelDefinition> {
    const sealed = this.#stored.get(id)?.sealed as Buffer;
    const values = [known.shownTarget, known.hasSecret, sealed, userId] as const;
    await this.#database.execute(saveChannel, [id, name, known.kind, isEnabled, severityLeast, ...values]);
    await this.load();
    return this.get(id);
  }

  async #toStored({ sealed, ...row }: ChannelRow): Promise<Stored> {
    const known = this.#stored.get(row.id);
    const isKnown = known?.sealed.equals(sealed) === true && known.channel.access !== null;
    const access = isKnown ? known.channel.access : await this.#open(row.id, sealed);
    return { sealed, channel: { ...row, access } };
  }

  async #open(id: string, sealed: Buffer): Promise<ChannelAccess | null> {
    const text = await this.#sealer.open(sealed, id);
    return text === null ? null : (JSON.parse(text) as ChannelAccess);
  }
}

function madeSecretOf(given: { secret?: string }, access: ChannelAccess): string | null {
  return given.secret === undefined ? access.secret : null;
}

function isSameHost(kind: string, before: string | undefined, after: string | undefined): boolean {
  if (after === undefined || kind === 'mail') return true;
  if (before === undefined || !URL.canParse(after)) return false;
  return new URL(before).host === new URL(after).host;
}

function pick<Name extends string>(name: Name, value: string | undefined): { [K in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: string };
}
