// @ts-check
/** Whether a point lies in rings: the map library would paint and read back a picture to know. */

/**
 * Holes are rings too: a point in one of them crosses two borders and is outside.
 * @param {number[]} flat x, y, x, y, ... of all rings @param {number[]} ends where in it each ring ends
 * @param {number} x @param {number} y @returns {boolean}
 */
export function isInside(flat, ends, x, y) {
  let inside = false;
  let start = 0;
  for (const end of ends) {
    for (let i = start, j = end - 2; i < end; j = i, i += 2) {
      const [xi, yi, xj, yj] = [flat[i], flat[i + 1], flat[j], flat[j + 1]];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
    start = end;
  }
  return inside;
}
