// @ts-check
/** Coloured areas, whatever draws them: the fill of each, and the legend. */
import { range } from '../format.js';
import { t } from '../i18n.js';
import { classOf, rgba } from './classes.js';
import { classesOf, isPerYears, load, titleOf } from './values.js';

/** @typedef {import('../state.js').State} State */

/** The fill of what has no value: no colour, but strokes, which no class has. */
export const HATCHED = 'hatched';

/**
 * @param {State} s with its release pinned @param {boolean} dark the ground is
 * @returns {Promise<{fills: Map<string, string>, scale: import('./scale.js').Scale}>} fills by code: a colour, or HATCHED
 */
export async function areasScale(s, dark) {
  const [classes, values] = await Promise.all([classesOf(s, dark), load(s)]);
  const rows = [...values.rows.values()];
  const fills = new Map(rows.map((row) => [row.code, fillOf(row.value, classes, s.only)]));
  return { fills, scale: scaleOf(s, classes, rows.some((row) => row.value === null)) };
}

/** @param {number | null} value @param {any} classes @param {number} only */
function fillOf(value, classes, only) {
  if (value === null) return HATCHED;
  const index = classOf(value, classes.breaks);
  if (classes.colours[only] !== undefined && index !== only) return 'rgba(150,160,166,.28)';
  const [r, g, b, a] = rgba(classes.colours[index]);
  return `rgba(${r},${g},${b},${a / 255})`;
}

/** @param {State} s @param {any} classes @param {boolean} isLacking some areas have no value @returns {import('./scale.js').Scale} */
function scaleOf(s, { breaks, colours, unit, factor, from }, isLacking) {
  return {
    key: '',
    title: titleOf(s),
    unit,
    kind: 'sequential',
    note: Number.isNaN(from) ? '' : t('classes_from', { year: from }),
    classes: colours.map((/** @type {string} */ colour, /** @type {number} */ i) => ({
      from: breaks[i - 1] ?? null, to: breaks[i] ?? null, tick: (breaks[i - 1] ?? 0) * factor, colour, label: range(breaks[i - 1], breaks[i], factor),
    })),
    lacking: isLacking ? t(isPerYears(s) ? 'no_change' : 'nodata') : '',
  };
}
