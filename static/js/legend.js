// @ts-check
/** The legend of the density map of a state: its classes, title and unit in the shown language. */
import { ask, common, layerName, tileParams } from './api.js';

/** @param {import('./state.js').State} s with its release pinned @param {AbortSignal} [signal] @returns {Promise<any>} of /legend/{style}.json */
export async function ofMap(s, signal) {
  const tilejson = await ask(`/tiles/${s.release}/${layerName(s)}.json`, tileParams(s), signal);
  const { gas, gwp, flow } = common(s);
  return ask(`/legend/${tilejson['x-style']}.json`, { lang: s.lang, gas, gwp, flow }, signal);
}
