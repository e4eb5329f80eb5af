// @ts-check
/**
 * An area as text of the address, short: `p.` and polygons parted by `*`, their rings by `.`; of a ring the first position
 * and then the steps in 1e-5 degrees (a metre), each zigzag (0, -1, 1, -2, ...) in groups of five bits, a letter a group.
 * `d.` and codes parted by `.` are districts, `h.` and a name what is kept by this page alone.
 */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const SCALE = 1e5;

/** Longer ones are not put into the address: some programs cut links at about 2000. */
export const MOST = 1500;

/** @param {number} value whole @returns {string} */
function letters(value) {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let text = '';
  do {
    const group = rest % 32;
    rest = Math.floor(rest / 32);
    text += LETTERS[group + (rest ? 32 : 0)];
  } while (rest);
  return text;
}

/** @param {string} text @returns {number[]} whole; throws on what no `letters` made */
function numbers(text) {
  const found = [];
  let value = 0;
  let weight = 1;
  for (const letter of text) {
    const bits = LETTERS.indexOf(letter);
    if (bits < 0 || weight > 2 ** 30) throw new RangeError('no area');
    value += (bits % 32) * weight;
    weight *= 32;
    if (bits >= 32) continue;
    found.push(value % 2 ? -(value + 1) / 2 : value / 2);
    value = 0;
    weight = 1;
  }
  if (weight !== 1) throw new RangeError('no area');
  return found;
}

/** @param {number[][]} ring closed @returns {string} */
function ringText(ring) {
  let [x, y] = [0, 0];
  return ring.slice(0, -1).map(([lon, lat]) => {
    const [nextX, nextY] = [Math.round(lon * SCALE), Math.round(lat * SCALE)];
    const text = letters(nextX - x) + letters(nextY - y);
    [x, y] = [nextX, nextY];
    return text;
  }).join('');
}

/** @param {string} text @returns {number[][]} closed */
function ringOf(text) {
  const steps = numbers(text);
  if (steps.length < 6 || steps.length % 2) throw new RangeError('no area');
  let [x, y] = [0, 0];
  const ring = [];
  for (let i = 0; i < steps.length; i += 2) {
    x += steps[i];
    y += steps[i + 1];
    if (Math.abs(x) > 180 * SCALE || Math.abs(y) > 90 * SCALE) throw new RangeError('no area');
    ring.push([x / SCALE, y / SCALE]);
  }
  return [...ring, ring[0]];
}

/** @param {any} geometry GeoJSON Polygon or MultiPolygon @returns {number[][][][]} */
export function polygons(geometry) {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
}

/** @param {number[][][][]} list @returns {any} GeoJSON, as simple as it goes */
export function geometryOf(list) {
  return list.length === 1 ? { type: 'Polygon', coordinates: list[0] } : { type: 'MultiPolygon', coordinates: list };
}

/** @param {any} geometry GeoJSON Polygon or MultiPolygon @returns {string | null} null when it is too long for a link */
export function encode(geometry) {
  let text = 'p.';
  for (const [i, rings] of polygons(geometry).entries()) {
    text += (i ? '*' : '') + rings.map(ringText).join('.');
    if (text.length > MOST) return null;
  }
  return text;
}

/** @param {string} text @returns {any | null} GeoJSON; null when the text is no area */
export function decode(text) {
  if (!text.startsWith('p.')) return null;
  try {
    return geometryOf(text.slice(2).split('*').map((one) => one.split('.').map(ringOf)));
  } catch {
    return null;
  }
}

/** @param {string[]} codes of districts @returns {string} */
export function encodeDistricts(codes) {
  return codes.length ? `d.${codes.join('.')}` : '';
}

/** @param {string} text @returns {string[]} codes of districts, none when the text is something else */
export function districtsOf(text) {
  return text.startsWith('d.') ? text.slice(2).split('.').filter(Boolean) : [];
}
