// @ts-check
/** The place that was clicked last: its cell and what is there. */
import { ask as question, common } from './api.js';
import { pinned } from './catalog.js';

/** @typedef {{lon: number, lat: number, bbox: number[] | null, answer: any}} Spot bbox of the cell, degrees */

/** @type {Set<(spot: Spot | null) => void>} */
const listeners = new Set();
/** @type {Spot | null} */
let current = null;

/** @returns {Spot | null} */
export function get() {
  return current;
}

/** @param {number} lon @param {number} lat degrees @param {AbortSignal} [signal] */
export async function ask(lon, lat, signal) {
  const answer = await question('/v1/at', { ...common(pinned()), lon: lon.toFixed(6), lat: lat.toFixed(6), unit: 't' }, signal);
  become({ lon, lat, bbox: answer.cell?.bbox ?? null, answer });
}

export function forget() {
  become(null);
}

/** @param {Spot | null} spot */
function become(spot) {
  current = spot;
  for (const tell of listeners) tell(spot);
}

/** @param {(spot: Spot | null) => void} listener */
export function listen(listener) {
  listeners.add(listener);
}
