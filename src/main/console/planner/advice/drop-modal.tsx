// Before an index is dropped: which one, what is freed, and what would make it again.
import { Modal } from '@mantine/core';
import type { DropAdvice } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { byteWords } from './advice-words.ts';

interface DropModalProps {
  readonly advice: DropAdvice | null;
  readonly onClose: () => void;
  readonly onDrop: () => void;
}

export function DropModal({ advice, onClose, onDrop }: DropModalProps) {
  return (
    <Modal
      opened={advice !== null}
      onClose={onClose}
      title={advice ? `Drop ${advice.index.name}?` : ''}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {advice && (
        <div className="form">
          <p>
            <Sentence text={advice.sentence} />
          </p>
          <p>
            {byteWords(advice.index.sizeBytes)} are freed. It can be taken back, but then it has to be made again from
            the whole table:
          </p>
          <CodeBlock text={advice.undoDdl} label="Copy what takes it back" />
          <div className="form-actions">
            <Button onClick={onClose}>Keep it</Button>
            <Button weight="danger" onClick={onDrop}>
              Drop it
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
