// @ts-check
/** Shapes from two positions, and from typed text. All in degrees; rings are closed. */

const EARTH = 6371008.8; // mean radius, metres
const RAD = Math.PI / 180;

/** @param {number} value degrees @returns {number} to a metre */
const round = (value) => Number(value.toFixed(5));

/** @param {number[]} from @param {number[]} to opposite corners @returns {number[][]} */
export function rectangle(from, to) {
  const [west, east] = [from[0], to[0]].sort((a, b) => a - b).map(round);
  const [south, north] = [from[1], to[1]].sort((a, b) => a - b).map(round);
  return [[west, south], [east, south], [east, north], [west, north], [west, south]];
}

/** @param {number[]} from @param {number[]} to @returns {number} metres along a great circle */
export function distance(from, to) {
  const half = (/** @type {number} */ a) => Math.sin((a * RAD) / 2) ** 2;
  const h = half(to[1] - from[1]) + Math.cos(from[1] * RAD) * Math.cos(to[1] * RAD) * half(to[0] - from[0]);
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(h)));
}

/**
 * @param {number[]} middle @param {number} radius metres @param {number} [corners]
 * @returns {number[][]} positions all as far from the middle, on a ball
 */
export function circle(middle, radius, corners = 48) {
  const angle = radius / EARTH;
  const [lon, lat] = [middle[0] * RAD, middle[1] * RAD];
  const ring = Array.from({ length: corners }, (_, i) => {
    const turn = (-2 * Math.PI * i) / corners;
    const y = Math.asin(Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(turn));
    const x = lon + Math.atan2(Math.sin(turn) * Math.sin(angle) * Math.cos(lat), Math.cos(angle) - Math.sin(lat) * Math.sin(y));
    return [round(x / RAD), round(y / RAD)];
  });
  return [...ring, ring[0]];
}

/**
 * Typed positions, a line each or parted by semicolons: `longitude, latitude`. Two are corners of a rectangle.
 * @param {string} text
 * @returns {{geometry: any} | {key: string, values: Record<string, string | number>}} the polygon, or what is wrong
 */
export function typed(text) {
  const lines = text.split(/[\n;]/).map((line) => line.trim()).filter(Boolean);
  const positions = [];
  for (const [i, line] of lines.entries()) {
    const pair = line.match(/^(-?\d+(?:\.\d+)?)\s*°?\s*[,\s]\s*(-?\d+(?:\.\d+)?)\s*°?$/);
    if (!pair) return { key: 'ask_bad_line', values: { line: i + 1, text: line.slice(0, 40) } };
    const [lon, lat] = [Number(pair[1]), Number(pair[2])];
    if (Math.abs(lon) > 180 || Math.abs(lat) > 90) return { key: 'ask_bad_range', values: { line: i + 1 } };
    positions.push([round(lon), round(lat)]);
  }
  if (positions.length > 2 && same(positions[0], positions[positions.length - 1])) positions.pop();
  if (positions.length < 2) return { key: 'ask_few', values: {} };
  const ring = positions.length === 2 ? rectangle(positions[0], positions[1]) : [...positions, positions[0]];
  return { geometry: { type: 'Polygon', coordinates: [ring] } };
}

/** @param {any} geometry Polygon @returns {string} as `typed` reads it; '' for what has more rings than one */
export function text(geometry) {
  if (geometry?.type !== 'Polygon' || geometry.coordinates.length !== 1) return '';
  return geometry.coordinates[0].slice(0, -1).map((/** @type {number[]} */ p) => `${p[0]}, ${p[1]}`).join('\n');
}

/** @param {number[]} a @param {number[]} b */
function same(a, b) {
  return a[0] === b[0] && a[1] === b[1];
}
