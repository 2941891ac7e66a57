/** A mail that is ready to go, and whoever takes it from there. */

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly template: string;
  readonly text: string;
  readonly html: string;
  /** Of the mail, in angle brackets; the same where one mail is sent twice. */
  readonly messageId?: string;
  /** What it belongs to: mails with the same are shown together. */
  readonly references?: string;
}

export interface MailSender {
  /** Resolves when it was taken, for delivery or for the mailbox. */
  send(letter: Letter): Promise<void>;
  close(): void;
}
