// @ts-check
/**
 * The map's canvas: the view, the stack of layers, and what the pointer does. Only the modules in this
 * folder touch the map library (OpenLayers); each layer has a module of its own and is added here.
 */
import * as ol from '../../vendor/ol.js';
import * as found from './found.js';
import { isStill } from './ink.js';
import * as pencil from './pencil.js';

/** Set by start(). @type {any} */
let map;

/** From the bottom to the top; the four in the middle can be put in another order. */
const BELOW = ['base', 'land'];
const ABOVE = ['highlight', 'spot']; // and what found.js lays over all

/**
 * @param {HTMLElement} target
 * @param {{hover: (pixel: number[] | null, place: number[] | null) => void,
 *          pick: (pixel: number[], lon: number, lat: number) => void,
 *          moved: (view: {z: number, lon: number, lat: number}) => void,
 *          busy: (busy: boolean) => void}} on places are longitude and latitude
 */
export function start(target, on) {
  map = new ol.OlMap({
    target,
    controls: [],
    view: new ol.View({ center: ol.fromLonLat([64.5, 41.4]), zoom: 6, minZoom: 3, maxZoom: 16 }),
  });
  found.attach(map);
  listenTo(on);
}

/** @param {any} on */
function listenTo(on) {
  map.on('pointermove', (/** @type {any} */ event) => {
    if (event.dragging) return;
    on.hover(event.pixel, ol.toLonLat(event.coordinate));
  });
  map.getViewport().addEventListener('pointerleave', () => on.hover(null, null));
  map.on('singleclick', (/** @type {any} */ event) => {
    if (pencil.drawing()) return;
    const [lon, lat] = ol.toLonLat(event.coordinate);
    on.pick(event.pixel, lon, lat);
  });
  map.getTargetElement().addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' || event.target !== map.getTargetElement() || pencil.drawing()) return;
    const [lon, lat] = found.center();
    on.pick(map.getPixelFromCoordinate(map.getView().getCenter()), lon, lat);
  });
  map.on('moveend', () => on.moved(shownView()));
  map.on('loadstart', () => on.busy(true));
  map.on('loadend', () => on.busy(false));
}

/** @param {number} value @param {number} digits */
function round(value, digits) {
  return Number(value.toFixed(digits));
}

/** @returns {any} the OpenLayers map, for the modules of this folder */
export function get() {
  return map;
}

/** @param {string} name its place in the stack @param {...any} layers */
export function add(name, ...layers) {
  for (const layer of layers) {
    layer.set('place', name);
    map.addLayer(layer);
  }
}

/** @param {string[]} middle names of layers, from the bottom to the top */
export function stack(middle) {
  const order = [...BELOW, ...middle, ...ABOVE];
  for (const layer of map.getLayers().getArray()) {
    if (layer.get('place')) layer.setZIndex(order.indexOf(layer.get('place')));
  }
}

/** Draws everything anew: colours have changed. */
export function refresh() {
  map.getLayers().forEach((/** @type {any} */ layer) => layer.changed());
}

/** What the panels cover, in pixels: top, right, bottom, left. */
function covered() {
  return window.innerWidth > 900 ? [24, 372, 76, 324] : [24, 24, 40, 24];
}

/** @param {number[]} bbox west, south, east, north in degrees @param {boolean} [atOnce] without a flight, whose way would be loaded too */
export function fitBbox(bbox, atOnce = false) {
  const extent = ol.transformExtent(bbox, 'EPSG:4326', 'EPSG:3857');
  map.getView().fit(extent, { padding: covered(), duration: atOnce || isStill() ? 0 : 450, maxZoom: 11 });
}

/** Moves to a place. @param {number} lon @param {number} lat @param {number} [z] the least zoom there */
export function flyTo(lon, lat, z = 10) {
  const view = map.getView();
  const to = { center: ol.fromLonLat([lon, lat]), zoom: Math.max(z, view.getZoom()) };
  if (isStill()) {
    view.setCenter(to.center);
    view.setZoom(to.zoom);
  } else view.animate({ ...to, duration: 450 });
}

/** @param {{z: number, lon: number, lat: number}} view */
export function setView(view) {
  map.getView().setCenter(ol.fromLonLat([view.lon, view.lat]));
  map.getView().setZoom(view.z);
}

/** Goes to the address's view when it is not the map's own: back and forward. @param {{z: number, lon: number, lat: number}} view */
export function follow(view) {
  const now = shownView();
  if ([view.z, view.lon, view.lat].some(Number.isNaN) || (now.z === view.z && now.lon === view.lon && now.lat === view.lat)) return;
  map.getView().cancelAnimations();
  setView(view);
}

/** @returns {{z: number, lon: number, lat: number}} as the address has it */
function shownView() {
  const view = map.getView();
  const [lon, lat] = ol.toLonLat(view.getCenter());
  return { z: round(view.getZoom(), 2), lon: round(lon, 4), lat: round(lat, 4) };
}

/** @returns {number[]} west, south, east, north in degrees of what is on the screen */
export function shownBbox() {
  return ol.transformExtent(map.getView().calculateExtent(map.getSize()), 'EPSG:3857', 'EPSG:4326');
}
