// @ts-check
/** Rectangles whose areas are the emissions of sectors, within those of what is above them. */
import { percent } from '../../format.js';
import { colour, letters } from '../palette.js';
import { fill, shown, tip, tipBody, unit } from './shared.js';

/** @param {import('../chart.js').Figure} figure @param {import('../plot.js').Look} look @returns {any} */
export function tree(figure, look) {
  const nodes = figure.nodes ?? [];
  const total = nodes.reduce((sum, node) => sum + node.value, 0);
  const size = look.size;
  return {
    xAxis: [], yAxis: [], grid: [],
    tooltip: tip(look, {
      trigger: 'item',
      formatter: (/** @type {any} */ at) => (at.data?.code
        ? tipBody(at.name, [{ paint: at.data.paint, tone: at.data.tone, name: unit(figure), text: shown(figure, at.value) }], look, percent(at.value / total)) : undefined),
    }),
    series: [{
      type: 'treemap', id: 'tree', left: 0, top: 0, right: 0, bottom: 0, roam: false, nodeClick: false, breadcrumb: { show: false },
      data: nodes.map((node) => shape(node, look)), visibleMin: 1, squareRatio: 1.1,
      label: {
        show: true, fontSize: size * 0.87, overflow: 'truncate', lineOverflow: 'truncate', ellipsis: '…', padding: 5, position: 'insideTopLeft',
        ...(look.patterns ? {} : { lineHeight: size * 1.15 }),
        formatter: (/** @type {any} */ at) => [at.name, shown(figure, at.value)].map((line) => (look.patterns ? `{on|${line}}` : line)).join('\n'),
        // on a pattern, letters stand on ground of their own
        rich: { on: { backgroundColor: look.paper, color: look.ink, fontSize: size * 0.87, padding: [2, 4], align: 'left' } },
      },
      upperLabel: {
        show: true, height: size * 1.7, fontSize: size * 0.87, fontWeight: 700, color: look.ink, overflow: 'truncate',
        formatter: (/** @type {any} */ at) => `${at.name}  ${shown(figure, at.value)}`,
      },
      itemStyle: { borderColor: look.paper, borderWidth: 1, gapWidth: 1 },
      levels: [
        { itemStyle: { gapWidth: 4, borderWidth: 0 }, upperLabel: { show: false } },
        { itemStyle: { gapWidth: 1, borderWidth: 2, borderColor: look.paper } },
        { itemStyle: { gapWidth: 1, borderWidth: 0 }, upperLabel: { show: false } },
        { itemStyle: { gapWidth: 1, borderWidth: 0 }, upperLabel: { show: false } },
      ],
      emphasis: { itemStyle: { borderColor: look.ink }, upperLabel: { color: look.ink } },
    }],
  };
}

/** The width that a number needs within its rectangle. @param {import('../chart.js').Figure} figure @param {number} value @param {import('../plot.js').Look} look */
export function room(figure, value, look) {
  return shown(figure, value).length * look.size * 0.87 * 0.62 + (look.patterns ? 20 : 12);
}

/** @param {import('../sectors.js').Node} node @param {import('../plot.js').Look} look @returns {any} */
function shape(node, look) {
  const { color, decal } = fill(node, look);
  return {
    id: node.code, code: node.code, name: node.name, value: node.value, paint: node.paint, tone: node.tone,
    ...(node.children.length ? { children: node.children.map((child) => shape(child, look)), itemStyle: { color: colour('none', 0, look.dark) } }
      : { itemStyle: { color, decal }, label: { show: !look.slender?.has(node.code), ...(look.patterns ? {} : { color: letters(color) }) } }),
  };
}
