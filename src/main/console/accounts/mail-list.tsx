// The mails, newest first, each a link to its reading pane.
import { Link } from '@tanstack/react-router';
import type { Mail } from '../../client/index.ts';
import { Moment } from '../components/moment.tsx';

interface MailListProps {
  readonly mails: readonly Mail[];
  readonly openId: string | undefined;
}

export function MailList({ mails, openId }: MailListProps) {
  return (
    <ul aria-label="Mails">
      {mails.map((mail) => (
        <li key={mail.id}>
          <Link
            to="/mailbox"
            search={{ mail: mail.id }}
            className="mail-row"
            aria-current={mail.id === openId ? 'true' : undefined}
          >
            <span className="mail-row-subject">{mail.subject}</span>
            <span className="mail-row-time">
              <Moment at={mail.createdAt} isShort />
            </span>
            <span className="mail-row-to">{mail.to}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
