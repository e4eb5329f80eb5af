// @ts-check
/** The totals of all areas for the shown state: the country, its regions, their districts. */
import { ask, common } from './api.js';
import { pinned } from './catalog.js';

/** @type {Map<string, any>} rows of /v1/districts by code, masses in kt */
let rows = new Map();

/** @param {AbortSignal} signal */
export async function load(signal) {
  const asked = { ...common(pinned()), limit: 1000 };
  const answers = await Promise.all([0, 1, 2].map((level) => ask('/v1/districts', { ...asked, level }, signal)));
  rows = new Map(answers.flatMap((answer) => answer.rows).map((row) => [row.district, row]));
}

/** @param {string} code '' is the country @returns {any} its row, or undefined */
export function get(code) {
  return code === '' ? country() : rows.get(code);
}

/** @returns {any} */
export function country() {
  return [...rows.values()].find((row) => !row.parent);
}

/** @param {string} code of an area, '' of the country @returns {any[]} the rows of its parts */
export function parts(code) {
  const parent = code || country()?.district;
  return [...rows.values()].filter((row) => row.parent === parent);
}

/** @returns {any[]} */
export function all() {
  return [...rows.values()];
}
