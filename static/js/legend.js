// @ts-check
/** The legend of the density map of a state: its classes, title and unit in the shown language. */
import { ask, common, layerName, tileParams } from './api.js';
import { t } from './i18n.js';

/** @param {import('./state.js').State} s with its release pinned @param {AbortSignal} [signal] @returns {Promise<any>} of /legend/{style}.json, a difference with its two years */
export async function ofMap(s, signal) {
  const tilejson = await ask(`/tiles/${s.release}/${layerName(s)}.json`, tileParams(s), signal);
  const { gas, gwp, flow } = common(s);
  const legend = await ask(`/legend/${tilejson['x-style']}.json`, { lang: s.lang, gas, gwp, flow }, signal);
  return Number.isNaN(s.minus) ? legend : { ...legend, title: `${legend.title}, ${t('report_minus', { year: s.year, minus: s.minus })}` };
}
