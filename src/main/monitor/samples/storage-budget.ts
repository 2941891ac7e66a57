/**
 * Whether the monitor may write: its own tables are bounded, and a disk that is nearly full is left to the users' data. It stops
 * at one mark and goes on below another, so that it does not flutter between the two.
 */

const GB = 1_073_741_824;
const MB = 1_048_576;
/** From here on what is oldest goes before its time. */
const CROWDED_SHARE = 0.9;
/** Down to so much of the bound is made room. */
const ROOMY_SHARE = 0.8;
const DISK_FREE_SHARE = 0.05;
/** A twentieth of a large disk is more than anyone has to keep free. */
const DISK_FREE_MOST = 5 * GB;
const DISK_FREE_LEAST = 256 * MB;
const DISK_RESUME = 1.5;

export interface DiskSpace {
  freeBytes: number;
  totalBytes: number;
}

export type StopReason = 'bound' | 'disk';

export interface StorageBudgetOptions {
  /** What all tables of the monitor may take together. */
  maxBytes: number;
  /** Called when writing stops, and with null when it goes on. */
  onChange?: (stopped: StopReason | null, sentence: string) => void;
}

export class StorageBudget {
  readonly #options: StorageBudgetOptions;
  #bytes = 0;
  #isOver = false;
  #isDiskFull = false;

  constructor(options: StorageBudgetOptions) {
    this.#options = options;
  }

  /** Ask before each write; what may not be written stays in a bounded buffer, or is dropped. */
  mayWrite(): boolean {
    return !this.#isOver && !this.#isDiskFull;
  }

  /** What the tables took when they were measured last. */
  get bytes(): number {
    return this.#bytes;
  }

  get maxBytes(): number {
    return this.#options.maxBytes;
  }

  /** Time for everyone who keeps something to let the oldest go early. */
  get isCrowded(): boolean {
    return this.#bytes > this.#options.maxBytes * CROWDED_SHARE || this.#isDiskFull;
  }

  /** How many bytes are to go so that there is room again; 0 where it is not crowded. */
  get excessBytes(): number {
    return this.isCrowded ? Math.max(0, this.#bytes - this.#options.maxBytes * ROOMY_SHARE) : 0;
  }

  /** @param disk null where it is not known, such as on another machine */
  measured(bytes: number, disk: DiskSpace | null): void {
    const { maxBytes } = this.#options;
    const could = this.mayWrite();
    this.#bytes = bytes;
    this.#isOver = bytes >= (this.#isOver ? maxBytes * CROWDED_SHARE : maxBytes);
    this.#isDiskFull = disk !== null && disk.freeBytes < stopBelow(disk) * (this.#isDiskFull ? DISK_RESUME : 1);
    if (could !== this.mayWrite()) this.#tell(disk);
  }

  #tell(disk: DiskSpace | null): void {
    const { maxBytes, onChange } = this.#options;
    if (this.#isDiskFull) {
      const free = megabytes(disk?.freeBytes ?? 0);
      onChange?.('disk', `The disk has ${free} left, so the monitor stops keeping figures until there is more.`);
    } else if (this.#isOver) {
      const sizes = `${megabytes(this.#bytes)} of ${megabytes(maxBytes)}`;
      onChange?.(
        'bound',
        `The monitor's tables take ${sizes}, so it keeps no more figures (AQUIFER_MONITOR_MAX_BYTES).`,
      );
    } else onChange?.(null, 'The monitor keeps figures again.');
  }
}

function stopBelow({ totalBytes }: DiskSpace): number {
  return Math.max(DISK_FREE_LEAST, Math.min(totalBytes * DISK_FREE_SHARE, DISK_FREE_MOST));
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / MB)} MB`;
}
