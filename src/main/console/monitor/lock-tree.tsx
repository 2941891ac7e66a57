// A tree of who waits for whom: the root is the one that would set all of them free.
import type { LockNode } from '../../client/index.ts';
import { Button } from '../components/button.tsx';
import { durationWords } from '../components/time-words.ts';
import { useIsWatch } from '../shell/watching.ts';
import './lock-tree.css';

interface LockTreeProps {
  readonly root: LockNode;
  readonly onEnd?: ((pid: number) => void) | undefined;
}

export function LockTree({ root, onEnd }: LockTreeProps) {
  const isWatch = useIsWatch();
  return (
    <ul className="lock-tree">
      <Branch node={root} onEnd={isWatch ? undefined : onEnd} />
    </ul>
  );
}

interface BranchProps {
  readonly node: LockNode;
  /** Offered for the root alone: ending anyone else would free nobody. */
  readonly onEnd?: ((pid: number) => void) | undefined;
}

function Branch({ node, onEnd }: BranchProps) {
  const { pid, route, state, statement, victims, waitsForMs } = node;
  return (
    <li>
      <div className="lock-node">
        <span className="lock-who">
          <span className="faint">{pid === 0 ? 'a prepared transaction' : `pid ${pid}`}</span> <code>{statement}</code>
        </span>
        <span className="soft small">
          {[state, waitsForMs > 0 ? `waits ${durationWords(waitsForMs / 1000)}` : null, route]
            .filter(Boolean)
            .join(', ')}
        </span>
        {onEnd && pid > 0 && (
          <Button weight="danger" onClick={() => onEnd(pid)}>
            End this session
          </Button>
        )}
      </div>
      {victims.length > 0 && (
        <ul>
          {victims.map((victim) => (
            <Branch key={victim.pid} node={victim} />
          ))}
        </ul>
      )}
    </li>
  );
}
