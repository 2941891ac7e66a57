// One who wrote or did something, as a name.
import { useWriterWords } from './use-writer-words.ts';

export function Writer({ by }: { readonly by: string }) {
  return useWriterWords([by])(by);
}
