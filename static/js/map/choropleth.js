// @ts-check
/** Areas coloured by a number: shapes from the vector tiles, which are the same for every question, and the numbers by code. */
import * as ol from '../../vendor/ol.js';
import { HATCHED, areasScale } from './areas_scale.js';
import { hatch } from './hatch.js';
import { ink, isDark } from './ink.js';
import * as outlines from './outlines.js';

/** @typedef {import('../state.js').State} State */

/**
 * One layer; the map has two for a comparison.
 * @returns {{layer: any, show: (s: State) => Promise<import('./scale.js').Scale>}} show: resolves with its legend when it is coloured
 */
export function make() {
  /** @type {Map<string, string>} */
  let fills = new Map();
  /** By colour; those of another scheme are not asked for again. @type {Map<string, any>} */
  const styles = new Map();
  let turn = 0;
  const styleOf = (/** @type {any} */ feature) => {
    const fill = feature.get('layer') === 'districts' ? fills.get(feature.get('code')) : undefined;
    if (!fill) return undefined;
    const key = fill === HATCHED ? `${HATCHED} ${isDark()}` : fill;
    if (!styles.has(key)) styles.set(key, fill === HATCHED ? hatched() : coloured(fill));
    return styles.get(key);
  };
  const layer = new ol.VectorTileLayer({ source: outlines.tiles(), style: styleOf, visible: false, renderBuffer: 8 });
  return {
    layer,
    async show(s) {
      const mine = ++turn;
      const its = await areasScale(s, isDark());
      if (mine === turn) {
        fills = its.fills;
        layer.changed();
      }
      return its.scale;
    },
  };
}

/** A hair's breadth of the same colour closes the seams between neighbours. @param {string} colour */
function coloured(colour) {
  return new ol.Style({ fill: new ol.Fill({ color: colour }), stroke: new ol.Stroke({ color: colour, width: 0.6 }) });
}

function hatched() {
  return new ol.Style({ fill: new ol.Fill({ color: hatch(ink('hatch-ground'), ink('hatch')) }) });
}
