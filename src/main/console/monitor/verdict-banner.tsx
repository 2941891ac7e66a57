// The first page's word on what hurts: there only while something does.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Notice } from '../components/notice.tsx';
import { Sentence } from '../components/sentence.tsx';
import { kindWords } from './cause-words.ts';
import { causeQuery } from './causes.ts';

/** @param isHurting somebody is being refused: until then it is a warning, however bad it looks */
export function VerdictBanner({ isHurting }: { readonly isHurting: boolean }) {
  const cause = useQuery(causeQuery());
  if (cause.data?.state !== 'trouble') return null;
  const { verdict } = cause.data;
  return (
    <Notice
      tone={isHurting ? 'bad' : 'warn'}
      title={verdict ? kindWords(verdict.kind).title : 'Something holds connections up'}
    >
      <p>
        <Sentence text={verdict?.sentence ?? 'The cause is being looked for.'} />
      </p>
      <p>
        <Link to="/cause">What it rests on, and what can be done</Link>
      </p>
    </Notice>
  );
}
