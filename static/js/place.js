// @ts-check
/** The place that was clicked last: its cell and what is there. Which place it is, the address says (`at`). */
import { ask as question, common } from './api.js';
import { pinned } from './catalog.js';
import { numberLocale, t } from './i18n.js';

/** @typedef {{lon: number, lat: number, bbox: number[] | null, answer: any, whole: any, unallocated: number, before: any}} Spot
 *  bbox of the cell, degrees; whole: the answer for all that stands in the cell, null where there is no cell;
 *  before: its row in the year that is compared with, null for none; unallocated: tonnes of the selection that have no place, and so are in no cell */

/** @type {Set<(spot: Spot | null) => void>} */
const listeners = new Set();
/** @type {Spot | null} */
let current = null;
let asked = '';
/** Of the questions, the last one is answered. */
let turn = 0;

/** @param {number} lon @param {number} lat degrees @returns {string} as the address has it: a metre is enough */
export function write(lon, lat) {
  return `${Number(lon.toFixed(5))},${Number(lat.toFixed(5))}`;
}

/** @param {string} at of the address @returns {{lon: number, lat: number} | null} */
export function read(at) {
  const [lon, lat] = at.split(',').map(Number);
  return at && Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : null;
}

/** As maps of the shown language write it: `40.115° N, 67.845° E`. @param {number} lon @param {number} lat @param {number} [digits] @returns {string} */
export function inWords(lon, lat, digits = 4) {
  const degrees = new Intl.NumberFormat(numberLocale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const one = (/** @type {number} */ v, /** @type {string} */ more, /** @type {string} */ less) => `${degrees.format(Math.abs(v))}° ${t(v < 0 ? less : more)}`;
  return `${one(lat, 'north', 'south')}, ${one(lon, 'east', 'west')}`;
}

/** @returns {Spot | null} */
export function get() {
  return current;
}

/** The spot of an address, asked for when it is another than the last. @param {string} at @param {AbortSignal} [signal] */
export async function follow(at, signal) {
  const mine = ++turn;
  const where = read(at);
  if (!where) return become(null, '');
  const common_ = { ...common(pinned()), unit: 't' };
  const { minus } = pinned();
  const key = JSON.stringify([common_, at, minus]);
  if (key === asked) return undefined;
  const answer = await question('/v1/at', { ...common_, lon: where.lon, lat: where.lat }, signal);
  const bbox = answer.cell?.bbox ?? null;
  const around = await question('/v1/emissions', { ...common_, bbox: bbox?.join(',') }, signal);
  const unallocated = (bbox ? around.area : around.coverage)?.unallocated ?? 0;
  const before = bbox && !Number.isNaN(minus) ? (await question('/v1/emissions', { ...common_, year: minus, bbox: bbox.join(',') }, signal)).rows[0] : null;
  if (mine !== turn) return undefined;
  return become({ ...where, bbox, answer, whole: bbox ? around : null, unallocated, before }, key);
}

/** @param {Spot | null} spot @param {string} key of the question */
function become(spot, key) {
  if (spot === current) return;
  current = spot;
  asked = key;
  for (const tell of listeners) tell(spot);
}

/** @param {(spot: Spot | null) => void} listener */
export function listen(listener) {
  listeners.add(listener);
}
