// @ts-check
/** The states that the map shows: one, or two beside each other. */
import { catalog, pinned } from '../catalog.js';
import { layerName } from '../api.js';

/** @typedef {import('../state.js').State} State */

/** @param {State} s */
export function isSplit(s) {
  return !Number.isNaN(s.swipe);
}

/** @returns {State} what is shown, or what is left of the line */
export function main() {
  return pinned();
}

/** @returns {State} what is right of the line: another year or gas, else the same */
export function other() {
  const s = pinned();
  const { years, layers } = catalog.release;
  const year = years.includes(s.year2) ? s.year2 : s.year;
  const gas = layers.includes(layerName({ ...s, gas: s.gas2 })) ? s.gas2 : s.gas;
  return { ...s, year, gas };
}
