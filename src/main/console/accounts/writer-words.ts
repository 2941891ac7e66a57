// Who did it: the server keeps a user's id, people know an address.

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TAIL = 6;

/** Those of them that have to be asked for, each once. */
export function userIdsIn(writers: readonly (string | null)[]): string[] {
  return [...new Set(writers)].filter((writer): writer is string => writer !== null && uuid.test(writer));
}

/** The address where it is known; else the end of the id, which tells two of them apart. What is no id stays. */
export function writerWords(writer: string, addresses: ReadonlyMap<string, string>): string {
  return addresses.get(writer) ?? (uuid.test(writer) ? `user …${writer.slice(-TAIL)}` : writer);
}
