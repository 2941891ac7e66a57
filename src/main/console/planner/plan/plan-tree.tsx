// A plan as a tree one can read: what each step does at the left, its part of the cost as a span at the right, doubt in red.
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import { moveInTree, openRows, type PlanRow, planRows } from './plan-rows.ts';
import { PlanStepDetail } from './plan-step-detail.tsx';
import type { Doubt, PlanTreeModel } from './plan-tree-model.ts';
import { percentWords, shortFigure } from './plan-words.ts';
import './plan-tree.css';

interface PlanTreeProps {
  readonly plan: PlanTreeModel;
  /** What it is the plan of, for those who hear it. */
  readonly label: string;
  /** What the whole width stands for; the plan's own cost where left out. */
  readonly scaleCost?: number;
  /** A step that something is said about beside the tree. */
  readonly markedId?: number | null;
}

export function PlanTree({ label, markedId = null, plan, scaleCost }: PlanTreeProps) {
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set());
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const [focusId, setFocusId] = useState(plan.root.id);
  const list = useRef<HTMLDivElement>(null);
  const all = useMemo(() => planRows(plan, scaleCost), [plan, scaleCost]);
  const rows = openRows(all, closed);
  const tabId = rows.some(({ step }) => step.id === focusId) ? focusId : plan.root.id;

  const focus = (id: number) => {
    setFocusId(id);
    list.current?.querySelector<HTMLElement>(`[data-step="${id}"]`)?.focus();
  };
  const press = (event: KeyboardEvent, id: number) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      return setOpened(toggled(opened, id));
    }
    const move = moveInTree(rows, { key: event.key, at: id, closed });
    if (move === null) return;
    event.preventDefault();
    if ('focus' in move) focus(move.focus);
    else setClosed(toggled(closed, 'open' in move ? move.open : move.close));
  };

  return (
    <div className="plan-tree">
      <div className="plan-tree-head" aria-hidden="true">
        <span>Step</span>
        <span className="plan-tree-lane-head">Part of the cost</span>
        <span className="plan-tree-rows">Rows</span>
      </div>
      <div ref={list} role="tree" aria-label={label}>
        {rows.map((row) => (
          <Row
            key={row.step.id}
            row={row}
            isClosed={closed.has(row.step.id)}
            isOpened={opened.has(row.step.id)}
            isMarked={row.step.id === markedId}
            isTab={row.step.id === tabId}
            onPress={press}
            onToggle={(id) => setClosed(toggled(closed, id))}
            onOpen={(id) => {
              setFocusId(id);
              setOpened(toggled(opened, id));
            }}
          />
        ))}
      </div>
    </div>
  );
}

function toggled(set: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

interface RowProps {
  readonly row: PlanRow;
  readonly isClosed: boolean;
  readonly isOpened: boolean;
  readonly isMarked: boolean;
  readonly isTab: boolean;
  readonly onPress: (event: KeyboardEvent, id: number) => void;
  readonly onToggle: (id: number) => void;
  readonly onOpen: (id: number) => void;
}

function Row({ isClosed, isMarked, isOpened, isTab, onOpen, onPress, onToggle, row }: RowProps) {
  const { depth, own, step } = row;
  return (
    <div
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={step.steps.length > 0 ? !isClosed : undefined}
      className="plan-step"
      data-step={step.id}
      data-doubt={step.doubt !== null || undefined}
      data-marked={isMarked || undefined}
      data-heavy={own >= HEAVY_SHARE || undefined}
      tabIndex={isTab ? 0 : -1}
      onKeyDown={(event) => event.target === event.currentTarget && onPress(event, step.id)}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the tree item around it has the keys */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the tree item around it has the role */}
      <div className="plan-step-line" onClick={() => onOpen(step.id)}>
        <span className="plan-step-what">
          <Rails row={row} isClosed={isClosed} onToggle={onToggle} />
          <StepWords row={row} />
        </span>
        <Lane row={row} />
        <span className="plan-tree-rows" title={step.loops > 1 ? 'Each time it is run' : undefined}>
          {shortFigure(step.rows)}
          <span className="only-for-screen-readers"> rows</span>
        </span>
      </div>
      {isOpened && <PlanStepDetail step={step} depth={depth} />}
    </div>
  );
}

/** A step that takes this part of the cost by itself has its name in bold. */
const HEAVY_SHARE = 0.25;

function Rails({ isClosed, onToggle, row }: Pick<RowProps, 'row' | 'isClosed' | 'onToggle'>) {
  const { depth, isLast, rails, step } = row;
  return (
    <span className="plan-rails" aria-hidden="true">
      {rails.map((goesOn, level) => (
        <i key={level} data-line={goesOn ? 'past' : undefined} />
      ))}
      {depth > 0 && <i data-line={isLast ? 'last' : 'turn'} />}
      {step.steps.length > 0 ? (
        <button
          type="button"
          tabIndex={-1}
          data-closed={isClosed || undefined}
          onClick={(event) => {
            event.stopPropagation();
            onToggle(step.id);
          }}
        >
          <Icon name="next" size={12} />
        </button>
      ) : (
        <b />
      )}
    </span>
  );
}

function StepWords({ row: { step } }: { readonly row: PlanRow }) {
  const condition = step.conditions.map(({ text }) => text).join(' · ');
  return (
    <span className="plan-step-words">
      <span className="plan-step-title">
        <span className="plan-step-type">{step.type}</span>
        {step.relation && <code>{step.relation}</code>}
        {step.index && (
          <span className="plan-step-index">
            by <code>{step.index}</code>
          </span>
        )}
        {step.role && <span className="faint small">{step.role}</span>}
        {step.loops > 1 && <span className="faint small">{shortFigure(step.loops)} times</span>}
        {step.doubt && <DoubtSign doubt={step.doubt} />}
      </span>
      {condition !== '' && <code className="plan-step-condition">{condition}</code>}
    </span>
  );
}

function DoubtSign({ doubt }: { readonly doubt: Doubt }) {
  const kind = doubt.realRows === null ? 'rows unsure' : 'rows wrong';
  return (
    <span className="plan-step-doubt" title={doubt.reasons.join(' ').replaceAll('`', '')}>
      {kind} ×{shortFigure(Math.round(doubt.factor))}
    </span>
  );
}

/** The step's own part is solid and comes last, behind the parts of the steps below it. */
function Lane({ row: { own, span, start, step } }: { readonly row: PlanRow }) {
  const style = { '--start': start, '--span': span, '--own': own } as React.CSSProperties;
  return (
    <span className="plan-lane" style={style}>
      <span className="only-for-screen-readers">{percentWords(step.ownShare)} of the cost</span>
      <span className="plan-lane-span" />
      <span className="plan-lane-own" />
    </span>
  );
}
