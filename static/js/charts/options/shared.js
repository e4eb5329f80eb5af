// @ts-check
/** What the kinds of charts have in common: axes, colours, tips. */
import { el } from '../../dom.js';
import { number, percent } from '../../format.js';
import { t } from '../../i18n.js';
import { colour, pattern } from '../palette.js';

/** @typedef {import('../plot.js').Look} Look */
/** @typedef {import('../chart.js').Figure} Figure */

/** @param {Figure} figure @param {number | null | undefined} value @returns {string} as it is read, without the unit */
export function shown(figure, value) {
  if (typeof value !== 'number' || Number.isNaN(value)) return t('dash_missing');
  return figure.share ? percent(value) : number(value * (figure.scale?.factor ?? 1));
}

/** @param {Figure} figure @returns {string} */
export function unit(figure) {
  return figure.share ? '' : figure.unit;
}

/** @param {{paint: string, tone?: number}} key @param {Look} look @returns {any} an itemStyle */
export function fill(key, look) {
  return {
    color: colour(key.paint, key.tone ?? 0, look.dark), borderColor: look.paper, borderWidth: 0.6,
    decal: look.patterns ? pattern(key.paint, key.tone ?? 0, look.dark) : null,
  };
}

/** @param {Figure} figure @param {Look} look @param {any} [more] an axis of values */
export function values(figure, look, more = {}) {
  return {
    type: 'value',
    splitNumber: 4,
    axisLine: { show: false }, axisTick: { show: false },
    splitLine: { lineStyle: { color: look.line, width: 1 } },
    axisLabel: { color: look.soft, fontSize: look.size * 0.8, formatter: (/** @type {number} */ v) => shown(figure, v), hideOverlap: true },
    ...more,
  };
}

/** @param {Look} look @param {(number | string)[]} data @param {any} [more] an axis of names or years */
export function names(look, data, more = {}) {
  return {
    type: 'category', data: data.map(String),
    axisTick: { show: false }, axisLine: { onZero: false, lineStyle: { color: look.soft } },
    axisLabel: { color: look.soft, fontSize: look.size * 0.8, hideOverlap: true },
    ...more,
  };
}

/**
 * A name in one line where it fits, else in two; what is longer yet is cut by whoever draws it.
 * @param {string} name @param {number} most width @param {(text: string) => number} width
 */
export function twoLines(name, most, width) {
  if (width(name) <= most) return name;
  const words = name.split(' ');
  let first = words[0];
  let at = 1;
  while (at < words.length && width(`${first} ${words[at]}`) <= most) first = `${first} ${words[at++]}`;
  return at < words.length ? `${first}\n${words.slice(at).join(' ')}` : first;
}

/** A tip: built of nodes, so that names stay text. @param {Look} look @param {any} more */
export function tip(look, more) {
  return {
    className: 'chart-tip', confine: true, transitionDuration: look.still ? 0 : 0.15,
    backgroundColor: look.paper, borderColor: look.line, borderWidth: 1, padding: [8, 10],
    textStyle: { color: look.ink, fontSize: look.size * 0.87 },
    ...more,
  };
}

/** @param {string} title @param {{paint?: string, tone?: number, name: string, text: string, strong?: boolean}[]} lines @param {Look} look @param {string} [foot] */
export function tipBody(title, lines, look, foot) {
  return el('div', { className: 'tip-body' }, el('strong', {}, title), ...lines.map((line) => {
    const chip = el('span', { className: 'swatch' });
    if (line.paint) chip.style.background = colour(line.paint, line.tone ?? 0, look.dark);
    else chip.style.visibility = 'hidden';
    return el('div', { className: line.strong ? 'strong' : '' }, chip, el('span', {}, line.name), el('b', {}, line.text));
  }), foot ? el('small', {}, foot) : null);
}
