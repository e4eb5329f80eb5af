// @ts-check
/** All that a report says, asked at once. */
import * as areas from '../areas.js';
import { ask, common } from '../api.js';
import { catalog, pinned } from '../catalog.js';
import * as balance from '../charts/figures/balance.js';
import { t } from '../i18n.js';
import * as series from '../charts/figures/series.js';
import * as legends from '../legend.js';
import { coloured } from './coloured.js';

/**
 * @typedef {{state: import('../state.js').State, release: any, one: any, summary: any, parts: any[],
 *   outlines: any[], partOutlines: any[], coloured: import('./coloured.js').Coloured | null, legend: any, citation: string, figures: import('../charts/chart.js').Figure[]}} Report
 *   one: of /v1/districts/{code}; parts: rows of its parts, the largest first; outlines: GeoJSON features;
 *   coloured: the areas that the map colours, null where it shows densities; legend: of what the map shows
 */

/** @param {AbortSignal} signal @returns {Promise<Report>} */
export async function read(signal) {
  const state = pinned();
  await areas.load(signal);
  const code = state.district || areas.country().district;
  const asked = common(state);
  const shape = { lang: state.lang, release: state.release, format: 'geojson', limit: 1000 };
  const area = areas.get(code);
  if (!area) throw new Error(t('dash_no_area', { code }));
  const figureState = { ...state, district: code };
  const question = (/** @type {import('../charts/figures/questions.js').Question} */ [path, params]) => ask(path, params, signal);
  const itself = ask('/v1/districts', { ...shape, level: area.level, parent: area.parent, bbox: bboxText(area) }, signal)
    .then((answer) => answer.features.filter((/** @type {any} */ f) => f.properties.district === code));
  const inside = ask('/v1/districts', { ...shape, parent: code }, signal).then((answer) => answer.features);
  const [one, summary, outlines, partOutlines, areas_, density, ...figures] = await Promise.all([
    ask(`/v1/districts/${encodeURIComponent(code)}`, asked, signal),
    ask('/v1/summary', { ...asked, district: code }, signal),
    itself, inside,
    coloured(state, area, { itself, parts: inside }, signal),
    state.show === 'districts' ? null : legends.ofMap(state, signal),
    series.load(figureState, question),
    balance.load(figureState, question),
  ]);
  return {
    state, release: catalog.release, one, summary, outlines, partOutlines, coloured: areas_, legend: areas_?.legend ?? density, figures: figures.filter((figure) => figure !== null),
    parts: areas.parts(code).sort((a, b) => (b.value ?? 0) - (a.value ?? 0)),
    citation: summary.citation.url,
  };
}

/** @param {any} area */
function bboxText(area) {
  return area.bbox?.join(',');
}
