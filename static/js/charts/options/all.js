// @ts-check
/** From a figure to what ECharts is told, by kind. Pure but for the nodes of tips. */
import { bars } from './bars.js';
import { shares } from './shares.js';
import { stack } from './stack.js';
import { tree } from './tree.js';

/** @param {import('../chart.js').Figure} figure @param {import('../plot.js').Look} look @returns {any} */
export function options(figure, look) {
  const make = { stack, lines: stack, bars, shares, tree }[figure.kind];
  return {
    animation: !look.still,
    animationDuration: 350,
    animationDurationUpdate: 350,
    textStyle: { fontFamily: look.font, fontSize: look.size * 0.85, color: look.ink },
    ...make(figure, look),
  };
}
