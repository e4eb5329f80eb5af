// @ts-check
/** The area that is asked for: which one the address says, what it is made here. */
import { ask } from '../api.js';
import { pinned } from '../catalog.js';
import { decode, districtsOf, encode, geometryOf, polygons } from './code.js';

/**
 * @typedef {{geometry: any, names: string[], where: 'link' | 'kept' | 'lost' | 'broken'}} Area
 *   geometry: GeoJSON, null when lost or broken; names of the districts it is made of
 */

/** Areas too long for a link, as long as this page is open, by names that no other visit gives. @type {Map<string, any>} */
const kept = new Map();
/** @type {Map<string, Promise<Area>>} */
const known = new Map();

/** @param {any} geometry GeoJSON Polygon or MultiPolygon @returns {string} for the address */
export function codeFor(geometry) {
  const short = encode(geometry);
  if (short && decode(short)) return short;
  const name = `h.${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
  kept.set(name, geometry);
  return name;
}

/** @param {string} code of the address, not empty @returns {Promise<Area>} */
export function resolve(code) {
  const codes = districtsOf(code);
  if (codes.length === 0) return Promise.resolve(own(code));
  const key = `${pinned().lang} ${code}`;
  let area = known.get(key);
  if (!area) {
    area = ofDistricts(codes);
    area.catch(() => known.delete(key));
    known.set(key, area);
  }
  return area;
}

/** @param {string} code @returns {Area} */
function own(code) {
  if (code.startsWith('h.')) {
    const geometry = kept.get(code) ?? null;
    return { geometry, names: [], where: geometry ? 'kept' : 'lost' };
  }
  const geometry = decode(code);
  return { geometry, names: [], where: geometry ? 'link' : 'broken' };
}

/** @param {string[]} codes @returns {Promise<Area>} */
async function ofDistricts(codes) {
  const { lang } = pinned();
  const shapes = await Promise.all(codes.map((code) =>
    ask(`/v1/districts/${encodeURIComponent(code)}`, { lang, format: 'geojson', simplify: 0 })));
  return {
    geometry: geometryOf(shapes.flatMap((shape) => polygons(shape.geometry))),
    names: shapes.map((shape) => shape.properties.name), where: 'link',
  };
}
