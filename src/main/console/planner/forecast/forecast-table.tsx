// All statements of a forecast: those with a cliff first, each with its curve in small.
import type { ForecastStatement } from '../../../client/index.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { shortFigure } from '../plan/plan-words.ts';
import { type CurveArea, costAt, curvePath, curveScales } from './curve.ts';
import { aroundWords, cliffTone, factorWords, growthWords } from './forecast-words.ts';
import { place } from './log-scale.ts';

interface ForecastTableProps {
  readonly statements: readonly ForecastStatement[];
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}

export function ForecastTable({ chosen, onChoose, statements }: ForecastTableProps) {
  return (
    <DataTable label="Statements" columns={columnsOf(chosen, onChoose)} rows={statements} rowKey={({ name }) => name} />
  );
}

const LATER = 10;

function columnsOf(chosen: string, onChoose: (name: string) => void): readonly Column<ForecastStatement>[] {
  return [
    {
      key: 'name',
      header: 'Statement',
      cell: ({ name }) => (
        <button
          type="button"
          className="forecast-name"
          aria-pressed={name === chosen}
          title="Show its curve"
          onClick={() => onChoose(name)}
        >
          <code>{name}</code>
        </button>
      ),
    },
    { key: 'cliff', header: 'Cliff', isTight: true, cell: ({ cliff }) => <CliffCell cliff={cliff} /> },
    { key: 'curve', header: 'Cost by size', isTight: true, isExtra: true, cell: (one) => <Spark statement={one} /> },
    {
      key: 'growth',
      header: 'It grows',
      isTight: true,
      isExtra: true,
      cell: ({ growth }) => <span className="soft">{growthWords(growth)}</span>,
    },
    { ...number('Cost today', (statement) => costAt(statement, 1)), isExtra: true },
    number(`At ${factorWords(LATER)}`, (statement) => costAt(statement, LATER)),
  ];
}

function number(header: string, cost: (statement: ForecastStatement) => number | null): Column<ForecastStatement> {
  const cell = (statement: ForecastStatement) => {
    const value = cost(statement);
    return value === null ? '–' : shortFigure(value);
  };
  return { key: header, header, isNumber: true, isTight: true, cell };
}

function CliffCell({ cliff }: Pick<ForecastStatement, 'cliff'>) {
  if (!cliff) return <span className="faint">none</span>;
  const around = aroundWords(cliff.at, Date.now());
  return (
    <span className="forecast-cliff">
      <StatusWord tone={cliffTone(cliff, Date.now())}>{factorWords(cliff.factor)}</StatusWord>
      {around && <span className="faint small">{around}</span>}
    </span>
  );
}

const SPARK: CurveArea = { width: 96, height: 28, left: 2, right: 2, top: 3, bottom: 3 };

function Spark({ statement }: { readonly statement: ForecastStatement }) {
  const scales = curveScales([statement], SPARK);
  const { cliff } = statement;
  return (
    <svg className="forecast-spark" width={SPARK.width} height={SPARK.height} aria-hidden="true">
      {cliff && <line x1={place(scales.x, cliff.factor)} x2={place(scales.x, cliff.factor)} y1={0} y2={SPARK.height} />}
      <path d={curvePath(statement, scales)} />
    </svg>
  );
}
