// @ts-check
/** Bars of one length, cut into the parts of a whole. */
import { letters } from '../palette.js';
import { fill, names, shown, tip, tipBody, values } from './shared.js';

/** @param {import('../chart.js').Figure} figure @param {import('../plot.js').Look} look @returns {any} */
export function shares(figure, look) {
  const x = figure.x ?? [];
  const all = figure.series ?? [];
  return {
    grid: [{ left: 4, right: 16, top: 2, bottom: 2, containLabel: true }],
    yAxis: [names(look, x, {
      id: 'y', inverse: true, axisLine: { show: false },
      axisLabel: {
        interval: 0, color: look.ink, fontSize: look.size * 0.87, width: look.width * 0.34, overflow: 'break',
        formatter: (/** @type {string} */ name) => (name === String(figure.at) ? `{strong|${name}}` : name),
        rich: { strong: { fontWeight: 700, fontSize: look.size * 0.87, color: look.ink } },
      },
    })],
    xAxis: [values({ ...figure, share: true }, look, { id: 'x', min: 0, max: 1, interval: 0.25 })],
    tooltip: tip(look, {
      trigger: 'axis', axisPointer: { type: 'shadow', shadowStyle: { color: look.soft, opacity: 0.1 } },
      formatter: (/** @type {any[]} */ found) => {
        const at = found[0]?.dataIndex ?? 0;
        return tipBody(String(x[at]), all.filter((s) => s.values[at]).map((s) => ({ ...s, text: shown({ ...figure, share: true }, s.values[at]) })), look);
      },
    }),
    series: all.map((series) => ({
      type: 'bar', id: series.id, name: series.name, stack: 'all', barCategoryGap: '30%', data: series.values,
      itemStyle: fill(series, look), emphasis: { focus: 'series' }, cursor: figure.links ? 'pointer' : 'default',
      label: {
        show: !look.patterns, fontSize: look.size * 0.8, color: letters(fill(series, look).color),
        formatter: (/** @type {any} */ at) => ((at.value ?? 0) >= 0.09 ? shown({ ...figure, share: true }, at.value) : ''),
      },
    })),
  };
}
