// @ts-check
/** All that a report says, asked at once. */
import * as areas from '../areas.js';
import { ask, common } from '../api.js';
import { catalog, pinned } from '../catalog.js';
import * as balance from '../charts/figures/balance.js';
import { t } from '../i18n.js';
import * as series from '../charts/figures/series.js';
import * as legends from '../legend.js';

/**
 * @typedef {{state: import('../state.js').State, release: any, one: any, summary: any, parts: any[],
 *   outlines: any[], partOutlines: any[], legend: any, citation: string, figures: import('../charts/chart.js').Figure[]}} Report
 *   one: of /v1/districts/{code}; parts: rows of its parts, the largest first; outlines: GeoJSON features
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
  const [one, summary, itself, partOutlines, legend, ...figures] = await Promise.all([
    ask(`/v1/districts/${encodeURIComponent(code)}`, asked, signal),
    ask('/v1/summary', { ...asked, district: code }, signal),
    ask('/v1/districts', { ...shape, level: area.level, parent: area.parent, bbox: bboxText(area) }, signal),
    ask('/v1/districts', { ...shape, parent: code }, signal),
    legends.ofMap(state, signal),
    series.load(figureState, question),
    balance.load(figureState, question),
  ]);
  return {
    state, release: catalog.release, one, summary, legend, figures: figures.filter((figure) => figure !== null),
    parts: areas.parts(code).sort((a, b) => (b.value ?? 0) - (a.value ?? 0)),
    outlines: itself.features.filter((/** @type {any} */ f) => f.properties.district === code),
    partOutlines: partOutlines.features,
    citation: summary.citation.url,
  };
}

/** @param {any} area */
function bboxText(area) {
  return area.bbox?.join(',');
}
