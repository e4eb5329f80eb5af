// @ts-check
/**
 * What can be said of a GeoJSON file before it is sent. The server has the last word on rings that cross; here is what
 * a person is told sooner, and with the words of the page.
 */
import { geometryOf, polygons } from './code.js';
import { stopOf } from './json.js';

/** The server's limits (docs/api.md, any area). */
export const LIMITS = { bytes: 1024 * 1024, positions: 200000 };

/** @typedef {{key: string, values: Record<string, string | number>}} Wrong a sentence of the page */
/** @typedef {{geometry: any, features: number, positions: number}} Whole geometry: Polygon or MultiPolygon */

/** @param {string} key @param {Record<string, string | number>} [values] @returns {Wrong} */
const wrong = (key, values = {}) => ({ key, values });

/** @param {string} text of a file @returns {Whole | Wrong} */
export function check(text) {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > LIMITS.bytes) return tooLarge(bytes);
  let given;
  try {
    given = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return notJson(text);
  }
  if (given === null || typeof given !== 'object') return wrong('ask_no_geojson');
  const crs = given.crs?.properties?.name;
  if (crs && !/CRS:?84|EPSG:+(?:[\d.]*:)?4326/i.test(String(crs))) return wrong('ask_wrong_crs', { crs: String(crs).slice(0, 60) });
  const found = areas(given, '');
  return 'key' in found ? found : positionsOf(found);
}

/** @param {number} bytes @returns {Wrong} */
export function tooLarge(bytes) {
  return wrong('ask_too_large', { size: Math.ceil(bytes / 1024), most: LIMITS.bytes / 1024 });
}

/** Where reading stopped, as a line. @param {string} text @returns {Wrong} */
function notJson(text) {
  const at = stopOf(text.replace(/^\uFEFF/, ''));
  if (at < 0) return wrong('ask_not_json');
  const before = text.slice(0, at).split('\n');
  return wrong('ask_not_json_at', { line: before.length, column: before[before.length - 1].length + 1 });
}

/** @typedef {{list: {at: string, rings: any}[], features: number}} Found rings of polygons and where they stand */

/** @param {any} given @param {string} at JSON Pointer @returns {Found | Wrong} */
function areas(given, at) {
  switch (given?.type) {
    case 'Polygon': return { list: [{ at: `${at}/coordinates`, rings: given.coordinates }], features: 1 };
    case 'MultiPolygon':
      if (!Array.isArray(given.coordinates)) return wrong('ask_no_positions', { at: `${at}/coordinates` });
      return { list: given.coordinates.map((/** @type {any} */ rings, /** @type {number} */ i) => ({ at: `${at}/coordinates/${i}`, rings })), features: 1 };
    case 'Feature': return given.geometry ? areas(given.geometry, `${at}/geometry`) : wrong('ask_no_geometry', { at: at || '/' });
    case 'FeatureCollection': return many(given.features, `${at}/features`);
    case 'GeometryCollection': return many(given.geometries, `${at}/geometries`);
    case 'Point': case 'MultiPoint': case 'LineString': case 'MultiLineString':
      return wrong('ask_no_area', { type: given.type, at: at || '/' });
    default: return wrong('ask_no_geojson');
  }
}

/** @param {any} list @param {string} at @returns {Found | Wrong} */
function many(list, at) {
  if (!Array.isArray(list) || list.length === 0) return wrong('ask_empty', { at });
  /** @type {Found} */
  const all = { list: [], features: list.length };
  for (const [i, one] of list.entries()) {
    const found = areas(one, `${at}/${i}`);
    if ('key' in found) return found;
    all.list.push(...found.list);
  }
  return all;
}

/** @param {Found} found @returns {Whole | Wrong} */
function positionsOf(found) {
  let positions = 0;
  for (const { at, rings } of found.list) {
    if (!Array.isArray(rings) || rings.length === 0) return wrong('ask_no_positions', { at });
    for (const [i, ring] of rings.entries()) {
      const its = ringWrong(ring, `${at}/${i}`);
      if (its) return its;
      positions += ring.length;
    }
  }
  if (positions > LIMITS.positions) return wrong('ask_too_many', { positions, most: LIMITS.positions });
  return { geometry: geometryOf(found.list.map(({ rings }) => flat(rings))), features: found.features, positions };
}

/** @param {any} ring @param {string} at @returns {Wrong | null} */
function ringWrong(ring, at) {
  if (!Array.isArray(ring) || ring.length < 4) return wrong('ask_short_ring', { at });
  for (const [i, position] of ring.entries()) {
    const [lon, lat] = Array.isArray(position) ? position : [];
    if (!Number.isFinite(lon) || !Number.isFinite(lat)) return wrong('ask_bad_position', { at: `${at}/${i}` });
    if (Math.abs(lon) > 180 || Math.abs(lat) > 90) {
      return wrong(Math.abs(lon) > 360 || Math.abs(lat) > 360 ? 'ask_metres' : 'ask_off_earth', { at: `${at}/${i}`, lon, lat });
    }
  }
  const [first, last] = [ring[0], ring[ring.length - 1]];
  return first[0] === last[0] && first[1] === last[1] ? null : wrong('ask_open_ring', { at });
}

/** Heights are left out. @param {any} rings @returns {number[][][]} */
function flat(rings) {
  return rings.map((/** @type {number[][]} */ ring) => ring.map((position) => [position[0], position[1]]));
}

/** @param {any} geometry Polygon or MultiPolygon @returns {any} the same to five decimals, as a link carries it */
export function rounded(geometry) {
  const near = (/** @type {number} */ value) => Number(value.toFixed(5));
  return geometryOf(polygons(geometry).map((rings) => rings.map((ring) => ring.map(([lon, lat]) => [near(lon), near(lat)]))));
}
