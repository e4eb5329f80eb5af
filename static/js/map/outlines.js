// @ts-check
/** Land, borders and names from the server's vector tiles, and the areas that are chosen or pointed at. */
import * as ol from '../../vendor/ol.js';
import { template } from '../api.js';
import * as hover from '../hover.js';
import * as canvas from './canvas.js';
import { ink } from './ink.js';
import { isInside } from './inside.js';
import { IDLE, collect } from './missing.js';

/** Metres per pixel below which the smallest areas are drawn and found. */
const DISTRICT_RESOLUTION = 900;
/** The same for their names. */
const DISTRICT_NAMES = 420;
const FONT = '"Noto Sans", "Noto Sans KR", "Noto Sans CJK KR", "DejaVu Sans", system-ui, sans-serif';
/** Width of a border by level. */
const WIDTH = [1.7, 1.0, 0.5];

/** @type {any} */ let source;
/** @type {(ask: (tile: any) => void) => Promise<any>} */ let askMissing;
/** @type {any} */ let borders;
/** @type {any} */ let names;
/** @type {any} */ let lit;
/** @type {any} */ let ground;
let chosen = '';
let least = 0; // the level that is coloured: its areas are drawn and found whatever the zoom
/** @type {string[]} */
let beside = []; // drawn as chosen too

/** @param {() => void} failed told when a tile does not come */
export function start(failed) {
  source = new ol.VectorTileSource({ format: new ol.MVT(), maxZoom: 14, transition: 0 });
  // The layers share the tiles. One that is first drawn meanwhile must wait for a missing tile as the others do, not take it for the end.
  askMissing = collect(source, (tile) => {
    queueMicrotask(() => tile.setState(IDLE));
    failed();
  });
  const layer = (/** @type {any} */ options) => new ol.VectorTileLayer({ source, renderBuffer: 64, ...options });
  borders = layer({ style: border });
  names = layer({ style: name, declutter: true });
  lit = layer({ style: light, renderMode: 'vector' });
  ground = layer({ style: land });
  canvas.add('land', ground);
  canvas.add('outlines', borders);
  canvas.add('highlight', lit);
  canvas.add('names', names);
  hover.listen(() => lit.changed());
}

/** @param {boolean} shown not where a base map shows the land */
export function setLand(shown) {
  ground.setVisible(shown);
}

/** The tiles that are missing. @returns {Promise<any>} when they have come or not */
export function again() {
  return askMissing((tile) => tile.load());
}

/** @returns {any} the tiles, for the layer that colours areas */
export function tiles() {
  return source;
}

/** @param {import('../state.js').State} s with its release pinned */
export function show(s) {
  source.setUrl(template('/tiles/districts/{z}/{x}/{y}.mvt', { release: s.release, lang: s.lang }));
}

/** @param {{outlines: boolean, names: boolean}} shown */
export function setShown(shown) {
  // Hidden borders are still what the pointer finds: drawn without a line.
  borders.set('bare', !shown.outlines);
  borders.changed();
  names.setVisible(shown.names);
}

/** @param {number} level that is coloured, 0 for none */
export function setLeast(level) {
  if (least === level) return;
  least = level;
  borders.changed();
}

/** @param {string} code '' is none @param {string[]} [others] */
export function mark(code, others = []) {
  chosen = code;
  beside = others;
  lit.changed();
}

/** The finest area that is drawn under a pixel. @param {number[]} pixel @returns {string | null} its code */
export function areaAt(pixel) {
  const map = canvas.get();
  const [x, y] = map.getCoordinateFromPixel(pixel);
  const resolution = map.getView().getResolution();
  let code = null;
  let level = 0;
  for (const feature of borders.getFeaturesInExtent([x, y, x, y])) {
    const its = feature.get('level');
    if (its <= level || !isArea(feature) || !isDrawn(its, resolution)) continue;
    if (!isInside(feature.getFlatCoordinates(), feature.getEnds(), x, y)) continue;
    level = its;
    code = feature.get('code');
  }
  return code;
}

/** @param {number} level @param {number} resolution */
function isDrawn(level, resolution) {
  if (least) return level <= Math.max(least, resolution < DISTRICT_RESOLUTION ? 2 : 0);
  return level < 2 || resolution < DISTRICT_RESOLUTION;
}

/** @param {any} feature */
const isArea = (feature) => feature.get('layer') === 'districts';

/** @param {any} feature */
function land(feature) {
  if (!isArea(feature) || feature.get('level') !== 0) return undefined;
  return new ol.Style({ fill: new ol.Fill({ color: ink('land') }) });
}

/** @param {any} feature @param {number} resolution */
function border(feature, resolution) {
  const level = feature.get('level');
  if (borders.get('bare') || !isArea(feature) || !isDrawn(level, resolution)) return undefined;
  return new ol.Style({ stroke: new ol.Stroke({ color: ink(level === 2 ? 'outline-fine' : 'outline'), width: WIDTH[level] }), zIndex: 2 - level });
}

/** @param {any} feature */
function light(feature) {
  if (!isArea(feature)) return undefined;
  const code = feature.get('code');
  const now = hover.get();
  if (now?.kind === 'district' && now.id === code) {
    return new ol.Style({ stroke: new ol.Stroke({ color: ink('mark'), width: 2.5 }), fill: new ol.Fill({ color: ink('glow') }) });
  }
  if (code === chosen || beside.includes(code)) return new ol.Style({ stroke: new ol.Stroke({ color: ink('accent'), width: 3 }) });
  return undefined;
}

/** A long name is broken at the blank nearest to its middle. @param {string} text */
function twoLines(text) {
  if (text.length < 18) return text;
  const blanks = [...text.matchAll(/ /g)].map((found) => found.index).sort((a, b) => Math.abs(a - text.length / 2) - Math.abs(b - text.length / 2));
  return blanks.length ? `${text.slice(0, blanks[0])}\n${text.slice(blanks[0] + 1)}` : text;
}

/** @param {any} feature @param {number} resolution */
function name(feature, resolution) {
  const level = feature.get('level');
  if (isArea(feature) || level === 0) return undefined;
  if (level === 1 ? resolution < DISTRICT_NAMES / 3 : resolution > DISTRICT_NAMES) return undefined;
  return new ol.Style({
    text: new ol.Text({
      text: twoLines(feature.get('name')),
      font: level === 1 ? `600 12.5px ${FONT}` : `500 11.5px ${FONT}`,
      fill: new ol.Fill({ color: ink('label') }),
      stroke: new ol.Stroke({ color: ink('halo'), width: 3 }),
    }),
    zIndex: 10 - level,
  });
}
