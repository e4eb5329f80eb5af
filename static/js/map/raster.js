// @ts-check
/** The density map: the server's palette tiles, recoloured where the scheme or an isolated class wants it. */
import * as ol from '../../vendor/ol.js';
import { layerName, template, tileParams } from '../api.js';
import { catalog } from '../catalog.js';
import * as canvas from './canvas.js';
import { isDark, isStill } from './ink.js';
import { FAILED, IDLE, collect } from './missing.js';
import { recolour, tableOf } from './recolour.js';
import { densityScale } from './scale.js';

/** Tiles are made with twice the pixels for screens that have them. */
const RATIO = () => (window.devicePixelRatio > 1.25 ? '@2x' : '');

/**
 * One density layer; the map has two for a comparison.
 * @param {() => void} failed told when a tile does not come
 * @returns {{layer: any, again: () => Promise<any>, show: (s: import('../state.js').State) => void, ahead: (s: import('../state.js').State) => Promise<void>}}
 */
export function make(failed) {
  const ratio = RATIO();
  const layer = new ol.TileLayer({ visible: false });
  /** @type {Promise<any>} */
  let table = Promise.resolve(null);
  const source = new ol.XYZ({
    maxZoom: 14, tilePixelRatio: ratio ? 2 : 1, transition: isStill() ? 0 : 160, interpolate: false,
    tileLoadFunction: (/** @type {any} */ tile, /** @type {string} */ address) => load(tile, address, table),
  });
  const again = collect(source, failed);
  return {
    layer,
    // As if they had never been asked for: those in sight come by the map's own queue, the others when they are looked at.
    again() {
      const come = again((tile) => tile.setState(IDLE));
      layer.changed();
      return come;
    },
    show(s) {
      const changes = isDark() || !Number.isNaN(s.only);
      table = changes ? densityScale(s).then((scale) => tableOf(scale.classes, s.only)) : Promise.resolve(null);
      table.catch(() => null);
      layer.setExtent(ol.transformExtent(catalog.release.bbox, 'EPSG:4326', 'EPSG:3857'));
      // What is behind # is not sent: it only tells the map that the same tiles look different now.
      source.setUrl(`${address(s, ratio)}#${isDark() ? 'd' : 'l'}${s.only}`);
      if (layer.getSource() !== source) layer.setSource(source);
    },
    ahead: (s) => fetchAhead(source, address(s, ratio)),
  };
}

/** @param {import('../state.js').State} s @param {string} ratio */
function address(s, ratio) {
  return template(`/tiles/${s.release}/${layerName(s)}/{z}/{x}/{y}${ratio}.png`, tileParams(s));
}

/** @param {any} tile @param {string} address @param {Promise<any>} table */
async function load(tile, address, table) {
  try {
    const changes = await table;
    const picture = new Image(); // not the tile's own: that one is gone after a failure
    picture.src = address;
    await picture.decode();
    tile.setImage(changes ? changed(picture, changes) : picture);
  } catch {
    tile.setState(FAILED);
  }
}

/** @param {HTMLImageElement} picture @param {any} table */
function changed(picture, table) {
  const sheet = document.createElement('canvas');
  sheet.width = picture.naturalWidth;
  sheet.height = picture.naturalHeight;
  const pen = /** @type {CanvasRenderingContext2D} */ (sheet.getContext('2d', { willReadFrequently: true }));
  pen.drawImage(picture, 0, 0);
  const whole = pen.getImageData(0, 0, sheet.width, sheet.height);
  recolour(new Uint32Array(whole.data.buffer), table);
  pen.putImageData(whole, 0, 0);
  return sheet;
}

/** Brings the tiles of a state that comes next into the browser's store. @param {any} source @param {string} address */
async function fetchAhead(source, address) {
  const map = canvas.get();
  const view = map.getView();
  const grid = source.getTileGrid();
  const z = Math.min(grid.getMaxZoom(), grid.getZForResolution(view.getResolution()));
  const box = ol.transformExtent(catalog.release.bbox, 'EPSG:4326', 'EPSG:3857');
  const [west, south, east, north] = view.calculateExtent(map.getSize());
  const seen = [Math.max(west, box[0]), Math.max(south, box[1]), Math.min(east, box[2]), Math.min(north, box[3])];
  if (seen[0] >= seen[2] || seen[1] >= seen[3]) return;
  /** @type {Promise<void>[]} */
  const coming = [];
  grid.forEachTileCoord(seen, z, ([tz, x, y]) => {
    const picture = new Image();
    picture.src = address.replace('{z}', String(tz)).replace('{x}', String(x)).replace('{y}', String(y));
    coming.push(picture.decode().catch(() => undefined));
  });
  await Promise.all(coming);
}
