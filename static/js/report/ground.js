// @ts-check
/** The ground of a picture: which part of the world it shows at which scale. Web Mercator, as the tiles. */

/** @typedef {{west: number, south: number, east: number, north: number}} Box degrees */
/** @typedef {{width: number, height: number, zoom: number, x: (lon: number) => number, y: (lat: number) => number,
 *   tiles: {x: number, y: number, left: number, top: number, size: number}[]}} Ground pixels from the upper left corner */

const TILE = 256;

/** @param {number} lon @returns {number} 0 in the west to 1 in the east of the world */
export function worldX(lon) {
  return (lon + 180) / 360;
}

/** @param {number} lat @returns {number} 0 in the north to 1 in the south of the world */
export function worldY(lat) {
  const s = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI);
}

/**
 * Fits a box into a picture, in its middle and with a rim.
 * @param {Box} box @param {number} width @param {number} height pixels @param {number} [rim] pixels
 * @returns {Ground} its tiles are of the first zoom that has at least a pixel for each of the picture's
 */
export function fit(box, width, height, rim = 12) {
  const [left, right, top, bottom] = [worldX(box.west), worldX(box.east), worldY(box.north), worldY(box.south)];
  const scale = Math.min((width - 2 * rim) / (right - left), (height - 2 * rim) / (bottom - top)); // pixels a world
  const x0 = (left + right) / 2 - width / 2 / scale;
  const y0 = (top + bottom) / 2 - height / 2 / scale;
  const zoom = Math.max(0, Math.min(14, Math.ceil(Math.log2(scale / TILE))));
  return {
    width, height, zoom,
    x: (lon) => (worldX(lon) - x0) * scale,
    y: (lat) => (worldY(lat) - y0) * scale,
    tiles: tilesOf(zoom, scale, x0, y0, width, height),
  };
}

/** @param {number} zoom @param {number} scale @param {number} x0 @param {number} y0 @param {number} width @param {number} height */
function tilesOf(zoom, scale, x0, y0, width, height) {
  const count = 2 ** zoom;
  const size = scale / count;
  const tiles = [];
  for (let y = Math.floor(y0 * count); y < (y0 + height / scale) * count; y++) {
    for (let x = Math.floor(x0 * count); x < (x0 + width / scale) * count; x++) {
      if (y >= 0 && y < count && x >= 0 && x < count) tiles.push({ x, y, left: (x / count - x0) * scale, top: (y / count - y0) * scale, size });
    }
  }
  return tiles;
}
