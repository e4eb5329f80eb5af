// @ts-check
/** Areas coloured by a number: shapes from the vector tiles, which are the same for every question, and the numbers by code. */
import * as ol from '../../vendor/ol.js';
import { number } from '../format.js';
import { t } from '../i18n.js';
import { classOf, rgba } from './classes.js';
import * as outlines from './outlines.js';
import { classesOf, load, titleOf } from './values.js';

/** @typedef {import('../state.js').State} State */

/**
 * One layer; the map has two for a comparison.
 * @returns {{layer: any, show: (s: State) => Promise<import('./scale.js').Scale>}} show: resolves with its legend when it is coloured
 */
export function make() {
  /** @type {Map<string, string>} */
  let fills = new Map();
  /** @type {Map<string, any>} */
  const styles = new Map();
  let turn = 0;
  const styleOf = (/** @type {any} */ feature) => {
    const colour = feature.get('layer') === 'districts' ? fills.get(feature.get('code')) : undefined;
    if (!colour) return undefined;
    let style = styles.get(colour);
    if (!style) {
      // A hair's breadth of the same colour closes the seams between neighbours.
      style = new ol.Style({ fill: new ol.Fill({ color: colour }), stroke: new ol.Stroke({ color: colour, width: 0.6 }) });
      styles.set(colour, style);
    }
    return style;
  };
  const layer = new ol.VectorTileLayer({ source: outlines.tiles(), style: styleOf, visible: false, renderBuffer: 8 });
  return {
    layer,
    async show(s) {
      const mine = ++turn;
      const [classes, values] = await Promise.all([classesOf(s), load(s)]);
      if (mine === turn) {
        fills = new Map([...values.rows.values()].map((row) => [row.code, fillOf(row.value, classes, s.only)]));
        layer.changed();
      }
      return legendOf(s, classes);
    },
  };
}

/** @param {number | null} value @param {any} classes @param {number} only */
function fillOf(value, classes, only) {
  if (value === null) return 'rgba(128,138,144,.18)';
  const index = classOf(value, classes.breaks);
  if (classes.colours[only] !== undefined && index !== only) return 'rgba(150,160,166,.28)';
  const [r, g, b, a] = rgba(classes.colours[index]);
  return `rgba(${r},${g},${b},${a / 255})`;
}

/** @param {State} s @param {any} classes @returns {import('./scale.js').Scale} */
function legendOf(s, { breaks, colours, unit, factor, from }) {
  const text = (/** @type {number} */ v) => number(v * factor).replace('-', '−');
  return {
    key: '',
    title: titleOf(s),
    unit,
    kind: 'sequential',
    note: Number.isNaN(from) ? '' : t('classes_from', { year: from }),
    classes: colours.map((/** @type {string} */ colour, /** @type {number} */ i) => ({
      from: breaks[i - 1] ?? null, to: breaks[i] ?? null, tick: (breaks[i - 1] ?? 0) * factor, colour, label: label(breaks[i - 1], breaks[i], text),
    })),
  };
}

/** @param {number | undefined} from @param {number | undefined} to @param {(v: number) => string} text */
function label(from, to, text) {
  if (from === undefined && to === undefined) return t('all_values');
  if (from === undefined) return t('less_than', { value: text(/** @type {number} */ (to)) });
  if (to === undefined) return t('at_least', { value: text(from) });
  return `${text(from)} – ${text(to)}`;
}
