// One mail as its reader would see it: plain text, its links ready to follow.
import type { Mail } from '../../client/index.ts';
import { Button } from '../components/button.tsx';
import { Moment } from '../components/moment.tsx';
import { splitLinks } from './split-links.ts';

export function MailPane({ mail, onBack }: { readonly mail: Mail; readonly onBack: () => void }) {
  return (
    <article className="mail-pane" aria-label={mail.subject}>
      <div className="mail-pane-back">
        <Button icon="previous" weight="quiet" onClick={onBack}>
          All mails
        </Button>
      </div>
      <h2>{mail.subject}</h2>
      <p className="soft">
        To {mail.to} · <Moment at={mail.createdAt} />
      </p>
      <div className="mail-text">
        {splitLinks(mail.text).map((part) =>
          part.isLink ? (
            <a key={part.start} href={part.text} target="_blank" rel="noreferrer">
              {part.text}
            </a>
          ) : (
            <span key={part.start}>{part.text}</span>
          ),
        )}
      </div>
      <p className="small faint">
        Template <code>{mail.template}</code>
      </p>
    </article>
  );
}
