// The alert's own figure from a while before until a while after it, with the bound from which the rule speaks.
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Alert } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { alertWindow, chartedAlert } from './chart-alert.ts';

interface AlertFigureProps {
  readonly alert: Alert;
  /** Of its rule. */
  readonly series: string;
}

const RENEW_MS = 10_000;

const figureQuery = ({ id, resolvedAt, scope, startedAt }: Alert, series: string) =>
  queryOptions({
    queryKey: ['monitor', 'alerts', 'figure', id, resolvedAt],
    queryFn: ({ signal }) => {
      const { fromMs, toMs } = alertWindow({ startedAt, resolvedAt }, Date.now());
      return api.monitor.series(
        { names: [series], scope: scope === '' ? undefined : scope, from: new Date(fromMs), to: new Date(toMs) },
        signal,
      );
    },
    refetchInterval: resolvedAt === null ? RENEW_MS : false,
  });

/** It is an addition: where nothing is stored of the figure, the words stand without it. */
export function AlertFigure({ alert, series }: AlertFigureProps) {
  const { data } = useQuery(figureQuery(alert, series));
  const found = data?.series.find((one) => one.scope === alert.scope) ?? data?.series[0];
  if (!data || !found || found.points.length < 2) return null;
  const { limit, times, values, ceiling } = chartedAlert(found.points, alert, data.stepSeconds);
  const { fromMs, toMs } = alertWindow(alert, Date.now());
  return (
    <TimeChart
      title={series}
      unit={alert.unit}
      times={times}
      series={[values]}
      limit={limit}
      marks={[
        {
          at: Date.parse(alert.startedAt) / 1000,
          label: 'alert',
          kind: 'incident',
          until: alert.resolvedAt === null ? null : Date.parse(alert.resolvedAt) / 1000,
        },
      ]}
      spanSeconds={(toMs - fromMs) / 1000}
      until={toMs / 1000}
      leastCeiling={ceiling}
      height={148}
    />
  );
}
