// @ts-check
/** Tiles that did not come. They alone are asked for again: a source that is refreshed asks for all that it shows. */

/** ol/TileState */
export const IDLE = 0;
const LOADED = 2;
export const FAILED = 3;

/**
 * @param {any} source of tiles
 * @param {(tile: any) => void} failed told of each that does not come
 * @returns {(ask: (tile: any) => void) => Promise<any>} has those asked for that are missing now, and waits until they have come or not
 */
export function collect(source, failed) {
  /** @type {Set<any>} */
  const missing = new Set();
  source.on('tileloaderror', (/** @type {{tile: any}} */ { tile }) => {
    missing.add(tile);
    failed(tile);
  });
  return (ask) => {
    const tiles = [...missing];
    missing.clear();
    tiles.forEach(ask);
    return Promise.all(tiles.map(settled));
  };
}

/** @param {any} tile @returns {Promise<void>} */
function settled(tile) {
  return new Promise((done) => {
    const look = () => {
      if (tile.getState() < LOADED) return;
      tile.removeEventListener('change', look);
      done();
    };
    tile.addEventListener('change', look);
    look();
  });
}
