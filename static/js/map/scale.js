// @ts-check
/** The legend of the density tiles of a state, as the server tells it; colours for the visitor's scheme. */
import { layerName } from '../api.js';
import { ofMap } from '../legend.js';
import { onDark } from './classes.js';
import { isDark } from './ink.js';

/**
 * @typedef {{from: number | null, to: number | null, colour: string, label: string, drawn?: string, tick?: number}} Class
 *   colour: shown; drawn: what the server's tiles have; tick: `from` in the unit of the legend, where that is another
 * @typedef {{key: string, title: string, unit: string, kind: string, classes: Class[], note: string, lacking: string}} Scale
 *   lacking: what is said of areas without a value, '' where all have one
 */

/** @type {Map<string, Promise<Scale>>} */
const known = new Map();

/** @param {import('../state.js').State} s with its release pinned @returns {Promise<Scale>} */
export function densityScale(s) {
  const key = [s.release, layerName(s), s.gwp, s.lang, Number.isNaN(s.minus) ? '' : [s.year, s.minus], isDark()].join();
  let scale = known.get(key);
  if (!scale) {
    scale = read(s, key);
    scale.catch(() => known.delete(key));
    known.set(key, scale);
  }
  return scale;
}

/** @param {import('../state.js').State} s @param {string} key @returns {Promise<Scale>} */
async function read(s, key) {
  const legend = await ofMap(s);
  const told = legend.classes.map((/** @type {any} */ c) => c.colour);
  const shown = isDark() ? onDark(told, legend.kind !== 'sequential') : told;
  return {
    key,
    title: legend.title,
    unit: legend.unit,
    kind: legend.kind,
    classes: legend.classes.map((/** @type {any} */ c, /** @type {number} */ i) => ({
      from: c.from, to: c.to, label: c.label, drawn: c.colour, colour: shown[i],
    })),
    note: '',
    lacking: '',
  };
}
