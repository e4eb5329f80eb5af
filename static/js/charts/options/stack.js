// @ts-check
/** Columns stacked over years, what is below zero downwards, and lines with their 95 % band. */
import { t } from '../../i18n.js';
import { colour } from '../palette.js';
import { fill, names, shown, tip, tipBody, unit, values } from './shared.js';

/** @param {import('../chart.js').Figure} figure @param {import('../plot.js').Look} look @returns {any} */
export function stack(figure, look) {
  const x = figure.x ?? [];
  const all = figure.series ?? [];
  return {
    grid: [{ left: 4, right: 8, top: 12, bottom: 2, containLabel: true }],
    xAxis: [names(look, x, { id: 'x', boundaryGap: figure.kind === 'stack' })],
    yAxis: [values(figure, look, { id: 'y', scale: false })],
    tooltip: tip(look, {
      trigger: 'axis', axisPointer: { type: figure.kind === 'stack' ? 'shadow' : 'line', shadowStyle: { color: look.soft, opacity: 0.12 } },
      formatter: (/** @type {any[]} */ found) => body(figure, look, found[0]?.dataIndex ?? 0),
    }),
    series: all.flatMap((series) => (series.line ? [...band(series, look), line(series, figure, look)] : [column(series, look, figure)])),
  };
}

/** @param {import('../chart.js').Series} series @param {import('../plot.js').Look} look @param {import('../chart.js').Figure} figure */
function column(series, look, figure) {
  return {
    type: 'bar', id: series.id, name: series.name, stack: 'all', barCategoryGap: '22%', data: series.values,
    itemStyle: fill(series, look), emphasis: { focus: 'series' }, blur: { itemStyle: { opacity: 0.25 } },
    cursor: figure.links ? 'pointer' : 'default',
  };
}

/** @param {import('../chart.js').Series} series @param {import('../chart.js').Figure} figure @param {import('../plot.js').Look} look */
function line(series, figure, look) {
  const x = figure.x ?? [];
  const paint = colour(series.paint, series.tone ?? 0, look.dark);
  return {
    type: 'line', id: series.id, name: series.name, data: series.values, z: 5, cursor: 'default', connectNulls: false,
    areaStyle: figure.kind === 'lines' && !series.lo ? { color: paint, opacity: 0.1 } : null,
    lineStyle: { color: paint, width: 2.5 }, itemStyle: { color: paint, borderColor: look.paper, borderWidth: 1.5 },
    symbol: 'circle', symbolSize: (/** @type {any} */ _value, /** @type {any} */ at) => (x[at.dataIndex] === figure.at ? 9 : 5),
    emphasis: { disabled: true },
  };
}

/** Two lines stacked on a base of their own: the lower bound unseen, the width filled. @param {import('../chart.js').Series} series @param {import('../plot.js').Look} look */
function band(series, look) {
  if (!series.lo || !series.hi) return [];
  const { lo, hi } = series;
  const common = { type: 'line', stack: `band of ${series.id}`, stackStrategy: 'all', symbol: 'none', silent: true, lineStyle: { opacity: 0 }, z: 4, tooltip: { show: false }, emphasis: { disabled: true } };
  const both = (/** @type {number} */ i) => lo[i] !== null && hi[i] !== null;
  return [
    { ...common, id: `${series.id} lo`, data: lo.map((v, i) => (both(i) ? v : null)) },
    {
      ...common, id: `${series.id} hi`, data: hi.map((v, i) => (both(i) ? /** @type {number} */ (v) - /** @type {number} */ (lo[i]) : null)),
      areaStyle: { color: colour(series.paint, series.tone ?? 0, look.dark), opacity: 0.16 },
    },
  ];
}

/** @param {import('../chart.js').Figure} figure @param {import('../plot.js').Look} look @param {number} at */
function body(figure, look, at) {
  const lines = (figure.series ?? []).filter((s) => s.values[at] !== 0).map((series) => ({
    ...series, strong: series.line,
    text: series.line && typeof series.lo?.[at] === 'number'
      ? `${shown(figure, series.values[at])} (${shown(figure, series.lo[at])} – ${shown(figure, series.hi?.[at])})` : shown(figure, series.values[at]),
  }));
  const foot = figure.series?.some((s) => s.lo) ? [unit(figure), t('dash_interval95')].filter(Boolean).join(' · ') : unit(figure);
  return tipBody(String(figure.x?.[at] ?? ''), [...lines.filter((l) => !l.line).reverse(), ...lines.filter((l) => l.line)], look, foot);
}
