// @ts-check
/** The rows of a ranking as things that the map can show and a table can name. */
import { inWords } from '../place.js';

/** @param {any} row @returns {string} of a cell, a source or a district */
export function idOf(row) {
  return row.cell ?? row.code ?? row.district;
}

/** @param {any} row @returns {string} */
export function nameOf(row) {
  if (row.cell) return inWords(row.lon, row.lat, 3);
  return row.name || idOf(row);
}

/** @param {any} row @param {Map<string, any>} shapes of districts by code @returns {any} GeoJSON, null where none is known */
export function geometryOf(row, shapes) {
  if (row.cell) {
    const { west, south, east, north } = row;
    return { type: 'Polygon', coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] };
  }
  if (row.code) return { type: 'Point', coordinates: [row.lon, row.lat] };
  return shapes.get(row.district) ?? null;
}
