// @ts-check
/** Names and places in the hierarchy of all areas, in the shown language. */
import { ask } from '../api.js';

/** @typedef {{district: string, name: string, level: number, parent: string | null}} Area */

/**
 * @param {import('../state.js').State} s with its release pinned @param {AbortSignal} signal
 * @returns {Promise<Map<string, Area>>} by code; the country also under ''
 */
export async function areas(s, signal) {
  const lists = await Promise.all([0, 1, 2].map((level) =>
    ask('/v1/districts', { release: s.release, lang: s.lang, level, limit: 1000 }, signal)));
  const all = lists.flatMap((list) => list.rows);
  const country = all.find((area) => !area.parent);
  return new Map([...(country ? [['', country]] : []), ...all.map((area) => [area.district, area])]);
}

/** @param {Map<string, Area>} known @param {Area | undefined} area @returns {Area[]} from the country to the area itself */
export function above(known, area) {
  const way = [];
  for (let at = area; at; at = at.parent ? known.get(at.parent) : undefined) way.unshift(at);
  return way;
}

/** @param {Map<string, Area>} known @param {string} parent @returns {Area[]} by name */
export function below(known, parent) {
  return [...new Set(known.values())].filter((area) => area.parent === parent).sort((a, b) => a.name.localeCompare(b.name));
}
