// Finds the links in a plain text, so that they can be followed and nothing else in it is taken for markup.

export interface TextPart {
  readonly text: string;
  readonly isLink: boolean;
  /** Where it stands in the whole text. */
  readonly start: number;
}

const LINK = /https?:\/\/[^\s<>"']+/g;
/** What ends a sentence does not belong to the address before it. */
const SENTENCE_END = /[.,;:!?)\]]+$/;

/** The text in order, cut into links and what stands between them. */
export function splitLinks(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(SENTENCE_END, '');
    if (match.index > end) parts.push({ text: text.slice(end, match.index), isLink: false, start: end });
    parts.push({ text: address, isLink: true, start: match.index });
    end = match.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), isLink: false, start: end });
  return parts;
}
