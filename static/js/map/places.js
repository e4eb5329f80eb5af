// @ts-check
/** What the search finds besides areas: point sources by name, and coordinates. */
import { ask } from '../api.js';
import { pinned, sectorName } from '../catalog.js';
import * as state from '../state.js';
import { t } from '../i18n.js';
import * as canvas from './canvas.js';

/** @typedef {{name: string, note: string, go: () => void}} Hit */

/**
 * Latitude first, as people write it; marks of degrees and letters N and E may follow.
 * @param {string} text @returns {{lat: number, lon: number} | null}
 */
export function coordinates(text) {
  const found = bare(text).trim().match(/^(-?\d{1,2}(?:\.\d+)?)\s*°?\s*N?\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*°?\s*E?$/i);
  if (!found) return null;
  const [lat, lon] = [Number(found[1]), Number(found[2])];
  return Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}

/** A place that was copied from the page has the words of its language, and its decimal comma. @param {string} text */
function bare(text) {
  const letters = text.replaceAll(t('north'), 'N').replaceAll(t('east'), 'E');
  return letters === text ? text : letters.replace(/(\d),(\d)/g, '$1.$2');
}

/** @param {string} text @param {AbortSignal} signal @returns {Promise<Hit[]>} */
export async function find(text, signal) {
  const place = coordinates(text);
  if (place) {
    return [{ name: text.trim(), note: t('coordinates'), go: () => {
      state.set({ view: 'map' });
      canvas.flyTo(place.lon, place.lat, 11);
    } }];
  }
  if (text.trim().length < 3) return [];
  const { release, lang } = pinned();
  const answer = await ask('/v1/sources', { release, lang, q: text.trim(), limit: 10, format: 'json' }, signal);
  const names = new Map(answer.rows.map((/** @type {any} */ row) => [row.code, row]));
  return [...names.values()].slice(0, 5).map((row) => ({
    name: row.name, note: sectorName(row.sector), go: () => state.set({ view: 'map', sources: true, source: row.code }),
  }));
}
