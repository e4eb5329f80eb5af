// @ts-check
/** The legend of the density map of a state: its classes, title and unit in the shown language. */
import { ask, common, layerName, tileParams } from './api.js';
import { range } from './format.js';
import { t } from './i18n.js';

/** @param {import('./state.js').State} s with its release pinned @param {AbortSignal} [signal] @returns {Promise<any>} of /legend/{style}.json, a difference with its two years */
export async function ofMap(s, signal) {
  const tilejson = await ask(`/tiles/${s.release}/${layerName(s)}.json`, tileParams(s), signal);
  const { gas, gwp, flow } = common(s);
  const legend = await ask(`/legend/${tilejson['x-style']}.json`, { lang: s.lang, gas, gwp, flow }, signal);
  // In the numbers of the page: the server's labels have one form for all languages.
  const classes = legend.classes.map((/** @type {any} */ its) => ({ ...its, label: range(its.from, its.to) }));
  const title = Number.isNaN(s.minus) ? legend.title : `${legend.title}, ${t('report_minus', { year: s.year, minus: s.minus })}`;
  return { ...legend, classes, title };
}
