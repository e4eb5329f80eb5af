// @ts-check
/** Bars that lie: one for each item, to the left below zero, with whiskers for the 95 % interval. */
import { range } from '../units.js';
import { fill, names, shown, tip, tipBody, twoLines, unit, values } from './shared.js';

/** @param {import('../chart.js').Figure} figure @param {import('../plot.js').Look} look @returns {any} */
export function bars(figure, look) {
  const items = figure.items ?? [];
  const wide = Math.min(look.width * 0.42, look.size * 15);
  const room = Math.min(0.7, (look.size * 4) / Math.max(60, look.width - wide - look.size * 7.2));
  const known = items.some((item) => typeof item.lo === 'number');
  return {
    grid: [{ left: 4, right: look.size * 3.2, top: 2, bottom: 2, containLabel: true }],
    yAxis: [names(look, items.map((item) => item.name), {
      id: 'y', inverse: true, axisLine: { show: false },
      axisLabel: {
        interval: 0, width: wide, overflow: 'truncate', lineHeight: look.size * 0.98, fontSize: look.size * 0.85, color: look.ink,
        formatter: (/** @type {string} */ name, /** @type {number} */ i) => {
          const isStrong = items[i]?.marked || items[i]?.strong;
          const lines = twoLines(name, wide, widthOf(`${isStrong ? 700 : 400} ${look.size * 0.85}px ${look.font}`));
          return isStrong ? `{strong|${lines}}` : lines;
        },
        rich: { strong: { fontWeight: 700, fontSize: look.size * 0.85, color: look.ink } },
      },
    })],
    xAxis: [values(figure, look, {
      id: 'x', splitNumber: look.width < 420 ? 2 : 4,
      // room for the number of a bar below zero, between it and the names
      min: (/** @type {{min: number, max: number}} */ all) => (all.min < 0 ? all.min - (all.max - all.min) * room : 0),
      max: (/** @type {{max: number}} */ all) => Math.max(0, all.max), // not up to a round number: the bars need the width
      splitLine: { showMaxLine: false, showMinLine: items.every((item) => (item.value ?? 0) >= 0), lineStyle: { color: look.line, width: 1 } },
      axisLabel: { ...values(figure, look).axisLabel, showMaxLabel: false, showMinLabel: items.every((item) => (item.value ?? 0) >= 0) },
    })],
    tooltip: tip(look, {
      trigger: 'axis', axisPointer: { type: 'shadow', shadowStyle: { color: look.soft, opacity: 0.1 } },
      formatter: (/** @type {any[]} */ found) => {
        const item = items[found[0]?.dataIndex ?? 0];
        return tipBody(item.name, [{ paint: item.paint, tone: item.tone, name: unit(figure), text: shown(figure, item.value) }], look, range(item, figure.scale?.factor ?? 1));
      },
    }),
    series: [{
      type: 'bar', id: 'bars', barCategoryGap: '28%', cursor: figure.links ? 'pointer' : 'default',
      data: items.map((item) => ({
        value: item.value, code: item.id, itemStyle: { ...fill(item, look), borderRadius: 2 },
        label: { position: (item.value ?? 0) < 0 ? 'left' : 'right', fontWeight: item.marked || item.strong ? 700 : 400 },
      })),
      label: {
        show: !known, fontSize: look.size * 0.82, color: look.ink,
        formatter: (/** @type {any} */ at) => shown(figure, items[at.dataIndex].value),
      },
      emphasis: { disabled: true },
    }, ...(known ? [whiskers(figure, look)] : [])],
  };
}

/** @type {CanvasRenderingContext2D | null | undefined} */
let pen;

/** @param {string} font @returns {(text: string) => number} */
function widthOf(font) {
  pen ??= document.createElement('canvas').getContext('2d');
  return (text) => {
    if (!pen) return 0;
    pen.font = font;
    return pen.measureText(text).width;
  };
}

/** The interval as a line with ends, the value written behind it. @param {import('../chart.js').Figure} figure @param {import('../plot.js').Look} look */
function whiskers(figure, look) {
  const items = figure.items ?? [];
  return {
    type: 'custom', id: 'whiskers', silent: true, z: 6, tooltip: { show: false }, encode: { x: [1, 2], y: 0 },
    data: items.map((item, i) => [i, item.lo ?? item.value, item.hi ?? item.value]),
    renderItem: (/** @type {any} */ at, /** @type {any} */ api) => {
      const item = items[at.dataIndex];
      if (!item || typeof item.value !== 'number') return { type: 'group', children: [] };
      const [low, y] = api.coord([item.lo ?? item.value, at.dataIndex]);
      const [high] = api.coord([item.hi ?? item.value, at.dataIndex]);
      const half = Math.min(5, api.size([0, 1])[1] / 6);
      const stroke = { stroke: look.ink, lineWidth: 1.2, opacity: 0.75 };
      const piece = (/** @type {number[]} */ [x1, y1, x2, y2]) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: stroke });
      const left = item.value < 0;
      return {
        type: 'group',
        children: [
          ...(typeof item.lo === 'number' ? [piece([low, y, high, y]), piece([low, y - half, low, y + half]), piece([high, y - half, high, y + half])] : []),
          {
            type: 'text', x: left ? Math.min(low, high) - 5 : Math.max(low, high) + 5, y,
            style: {
              text: shown(figure, item.value), fill: look.ink, align: left ? 'right' : 'left', verticalAlign: 'middle',
              font: `${item.marked || item.strong ? 700 : 400} ${look.size * 0.82}px ${look.font}`,
            },
          },
        ],
      };
    },
  };
}
