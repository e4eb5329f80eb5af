// @ts-check
/** Point sources as circles whose area is their mass; one of them can be open. */
import * as ol from '../../vendor/ol.js';
import { ask, common, template } from '../api.js';
import { catalog } from '../catalog.js';
import { gasName, mass } from '../format.js';
import * as hover from '../hover.js';
import { radius } from './classes.js';
import * as canvas from './canvas.js';
import { ink } from './ink.js';

/** @typedef {import('../state.js').State} State */

/** What a finger may miss by, in pixels: a circle can be hit on 24. */
const NEAR = 12;
/** Radius of the largest circle, in pixels. */
const LARGEST = 26;

/** @type {any} */ let source;
/** @type {any} */ let layer;
/** Mass in kt of the largest circle. */
let most = 0;
/** @type {Map<string, number>} */
let weights = new Map();
let open = '';

export function start() {
  source = new ol.VectorTileSource({ format: new ol.MVT(), maxZoom: 14, transition: 0 });
  layer = new ol.VectorTileLayer({ source, style: circle, visible: false, renderBuffer: 120, renderMode: 'vector', renderOrder: largestFirst });
  canvas.add('sources', layer);
  hover.listen(() => layer.changed());
}

/** The small ones lie on top. @param {any} a @param {any} b */
function largestFirst(a, b) {
  return massOf(b) - massOf(a);
}

/** @param {any} feature @returns {number} kt of what the map shows */
function massOf(feature) {
  return (feature.get('value') ?? 0) * (weights.get(feature.get('gas')) ?? 1);
}

/** @param {any} feature */
function circle(feature) {
  const size = Math.max(2, radius(massOf(feature), most, LARGEST));
  const code = feature.get('code');
  const now = hover.get();
  const lit = code === open || (now?.kind === 'source' && now.id === code);
  return new ol.Style({
    image: new ol.CircleStyle({
      radius: size,
      fill: new ol.Fill({ color: ink(lit ? 'symbol-lit' : 'symbol') }),
      stroke: new ol.Stroke({ color: ink(lit ? 'mark' : 'symbol-edge'), width: lit ? 2.5 : 1.3 }),
    }),
    zIndex: lit ? 1 : 0,
  });
}

/** Removals have no stacks. @param {State} s */
export function isPossible(s) {
  return s.flow !== 'removals';
}

/** @param {State} s with its release pinned @returns {Promise<number>} the mass in kt of the largest circle, 0 when there are none */
export async function show(s) {
  const shown = s.sources && isPossible(s);
  layer.setVisible(shown);
  if (!shown) return 0;
  const { gwp, flow, ...asked } = common(s);
  const gas = s.gas === 'co2e' ? undefined : asked.gas;
  weights = s.gas === 'co2e' ? weightsOf(s.gwp) : new Map();
  // The same circle is the same mass in every year.
  const all = { ...common(s), flow: 'emission', year: catalog.release.years.at(-1), by: 'source', top: 1, unit: 'kt' };
  most = (await ask('/v1/rank', all)).rows[0]?.value ?? 0;
  source.setUrl(template('/tiles/sources/{z}/{x}/{y}.mvt', { ...asked, gas, unit: 'kt' }));
  return most;
}

/** @param {string} set @returns {Map<string, number>} of each gas */
function weightsOf(set) {
  const its = catalog.gwpSets.find((one) => one.code === set)?.values ?? [];
  return new Map(its.filter((/** @type {any} */ v) => v.origin === 'na').map((/** @type {any} */ v) => [v.gas, v.value]));
}

/** @param {string} code '' is none */
export function setOpen(code) {
  open = code;
  layer.changed();
}

/** What the pointer was last at. @type {any} */
let last = null;

/** @param {number[]} pixel @returns {string | null} the code of the uppermost source there */
export function sourceAt(pixel) {
  last = null;
  if (!layer.getVisible()) return null;
  const map = canvas.get();
  const [x, y] = map.getCoordinateFromPixel(pixel);
  const reach = map.getView().getResolution() * LARGEST;
  let least = Infinity;
  for (const feature of layer.getFeaturesInExtent([x - reach, y - reach, x + reach, y + reach])) {
    const [px, py] = map.getPixelFromCoordinate(feature.getFlatCoordinates());
    const size = radius(massOf(feature), most, LARGEST);
    if (Math.hypot(px - pixel[0], py - pixel[1]) > Math.max(NEAR, size) || size >= least) continue;
    least = size; // the small ones lie on top
    last = feature;
  }
  return last?.get('code') ?? null;
}

/** @param {string} code that sourceAt() gave last @returns {string} its name and mass */
export function nameOf(code) {
  return last?.get('code') === code ? `${last.get('name')}: ${mass(last.get('value'))} ${gasName(last.get('gas'))}` : code;
}

/** @param {State} s @param {AbortSignal} [signal] @returns {Promise<any[]>} the largest ones, exact in the weights asked for */
export async function list(s, signal) {
  const answer = await ask('/v1/rank', { ...common(s), flow: 'emission', by: 'source', top: 30, unit: 'kt' }, signal);
  return answer.rows;
}
