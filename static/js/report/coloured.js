// @ts-check
/** The report's coloured areas: the classes, colours and legend of the map, on white as paper is. */
import { ask } from '../api.js';
import { t } from '../i18n.js';
import { areasScale } from '../map/areas_scale.js';

/** @typedef {{features: any[], fills: Map<string, string>, legend: import('../map/scale.js').Scale, level: string}} Coloured
 *  features: GeoJSON; level: what the areas are, in words */

/**
 * Of an area its parts at the level of the map, or itself where the map's level is above it.
 * @param {import('../state.js').State} s with its release pinned @param {any} area the report's: level, code
 * @param {{itself: Promise<any[]>, parts: Promise<any[]>}} known features that are asked for anyway @param {AbortSignal} signal
 * @returns {Promise<Coloured | null>} null where the map shows no coloured areas
 */
export async function coloured(s, area, known, signal) {
  if (s.show !== 'districts') return null;
  const level = Math.max(s.level, area.level);
  const [features, { fills, scale }] = await Promise.all([shapes(s, area, level, known, signal), areasScale({ ...s, level, only: NaN }, false)]);
  return { features, fills, legend: scale, level: t(level === 1 ? 'regions' : 'districts') };
}

/** @param {import('../state.js').State} s @param {any} area @param {number} level @param {{itself: Promise<any[]>, parts: Promise<any[]>}} known @param {AbortSignal} signal */
async function shapes(s, area, level, known, signal) {
  if (level === area.level) return known.itself;
  if (level === area.level + 1) return known.parts;
  const answer = await ask('/v1/districts', { lang: s.lang, release: s.release, format: 'geojson', limit: 1000, level }, signal);
  return answer.features;
}
