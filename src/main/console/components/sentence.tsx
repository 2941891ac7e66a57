// A sentence of the server's in which SQL stands between backticks: that part is set as code.

export function Sentence({ text }: { readonly text: string }) {
  return text.split('`').map((part, index) => {
    return index % 2 === 1 ? <code key={index}>{part}</code> : part;
  });
}
