// The mailbox: without an SMTP server, mail is kept here instead of being sent.
import { Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type Mail, type Page, ProblemError } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { CurlLine } from '../components/curl-line.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { Loaded } from '../components/loaded.tsx';
import { say, sayProblem } from '../components/notify.ts';
import { PageHeader } from '../components/page-header.tsx';
import { Pager, useCursorPages } from '../components/pager.tsx';
import { TableSkeleton } from '../components/skeleton.tsx';
import { MailList } from './mail-list.tsx';
import { MailPane } from './mail-pane.tsx';
import { mailQuery, mailsKey, mailsQuery } from './mails.ts';
import './mailbox.css';

export function MailboxScreen() {
  const { mail: openId } = useSearch({ from: '/frame/mailbox' });
  const navigate = useNavigate({ from: '/mailbox' });
  const pages = useCursorPages('mails');
  const mails = useQuery(mailsQuery(pages.cursor));
  const hasMails = (mails.data?.items.length ?? 0) > 0;
  const isSent = mails.error instanceof ProblemError && mails.error.status === 404;

  return (
    <>
      <PageHeader title="Mailbox" actions={hasMails && <EmptyMailbox />}>
        {isSent
          ? 'Mail of this server leaves by SMTP.'
          : 'No SMTP server is set, so mail is kept here and reaches nobody else.'}
      </PageHeader>
      {isSent ? (
        <MailIsSent />
      ) : (
        <Loaded query={mails} skeleton={<TableSkeleton columns={2} rows={6} />}>
          {(page: Page<Mail>) =>
            page.items.length === 0 ? (
              <NoMails />
            ) : (
              <div className="mailbox" data-reading={openId !== undefined || undefined}>
                <div className="mailbox-list">
                  <MailList mails={page.items} openId={openId} />
                  <Pager pages={pages} nextCursor={page.nextCursor} />
                </div>
                <OpenMail id={openId} onBack={() => void navigate({ search: {} })} />
              </div>
            )
          }
        </Loaded>
      )}
    </>
  );
}

function OpenMail({ id, onBack }: { readonly id: string | undefined; readonly onBack: () => void }) {
  const mail = useQuery({ ...mailQuery(id ?? ''), enabled: id !== undefined });
  if (id === undefined) return <p className="mailbox-nothing faint">Choose a mail to read it.</p>;
  return (
    <Loaded query={mail} skeleton={<TableSkeleton columns={1} rows={3} />}>
      {(found: Mail) => <MailPane mail={found} onBack={onBack} />}
    </Loaded>
  );
}

function EmptyMailbox() {
  const [isAsking, asking] = useDisclosure(false);
  const cache = useQueryClient();
  const empty = useMutation({
    mutationFn: () => api.accounts.operator.emptyMailbox(),
    onSuccess: () => {
      say('The mailbox is empty.');
      asking.close();
    },
    onError: sayProblem,
    onSettled: () => cache.invalidateQueries({ queryKey: mailsKey() }),
  });
  return (
    <>
      <Button onClick={asking.open}>Empty the mailbox</Button>
      <Modal
        opened={isAsking}
        onClose={asking.close}
        title="Empty the mailbox"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <p className="soft">
          All mails are deleted. Links in them that have not been used yet can then only be asked for again.
        </p>
        <div className="form-actions">
          <Button onClick={asking.close}>Cancel</Button>
          <Button weight="danger" onClick={() => empty.mutate()} isBusy={empty.isPending}>
            Delete all mails
          </Button>
        </div>
      </Modal>
    </>
  );
}

function NoMails() {
  return (
    <EmptyState
      icon="mail"
      title="No mail yet"
      action={
        <a className="button" data-weight="plain" href="/accounts/sign-up" target="_blank" rel="noreferrer">
          Sign up as someone
        </a>
      }
      command={<CurlLine method="POST" path="/v1/accounts/password/forgot" body={{ email: 'ada@example.com' }} />}
    >
      Sign-ups, forgotten passwords and invitations write a mail. It appears here by itself.
    </EmptyState>
  );
}

function MailIsSent() {
  return (
    <EmptyState icon="mail" title="Nothing is kept here">
      <code>SMTP_URL</code> is set, so mail goes to the people it is for and no copy stays. Leave the setting out in
      development, and every mail appears on this page instead.
    </EmptyState>
  );
}
