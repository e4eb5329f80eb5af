// @ts-check
/** The map's canvas. Only the modules in this folder touch the map library (OpenLayers). */
import * as ol from '../../vendor/ol.js';
import { layerName, template, tileParams } from '../api.js';
import * as found from './found.js';

const OUTLINE = { 0: ['#1d2b33', 1.6], 1: ['#33454f', 1.0], 2: ['#6f7f88', 0.5] };
/** Map scale (metres per pixel) below which the finest areas are drawn and hovered. */
const DISTRICT_RESOLUTION = 900;

/** @type {any} */ let map;
/** @type {any} */ let tiles;
/** @type {any} */ let regions;
/** @type {any} */ let districts;
/** @type {any} */ let marked;
/** @type {any} */ let spot;

/** @param {any} source @param {number} level @param {any} [options] */
function outlineLayer(source, level, options = {}) {
  const [color, width] = /** @type {any} */ (OUTLINE)[level];
  return new ol.VectorLayer({
    source,
    style: new ol.Style({
      stroke: new ol.Stroke({ color, width }),
      fill: new ol.Fill({ color: 'rgba(255,255,255,0)' }),
    }),
    ...options,
  });
}

/** @param {string} text */
function regionLabel(text) {
  return new ol.Style({
    text: new ol.Text({
      text,
      font: '600 12px "Noto Sans", "DejaVu Sans", system-ui, sans-serif',
      fill: new ol.Fill({ color: '#22313a' }),
      stroke: new ol.Stroke({ color: 'rgba(255,255,255,.85)', width: 3 }),
      overflow: false,
    }),
    geometry: (/** @type {any} */ feature) => interior(feature.getGeometry()),
  });
}

/** A point inside the largest part. @param {any} geometry */
function interior(geometry) {
  if (geometry.getType() !== 'MultiPolygon') return geometry.getInteriorPoint?.() ?? geometry;
  let best = geometry.getPolygon(0);
  for (const part of geometry.getPolygons()) if (part.getArea() > best.getArea()) best = part;
  return best.getInteriorPoint();
}

/**
 * @param {HTMLElement} target
 * @param {{hover: (code: string | null, pixel: number[]) => void,
 *          pick: (code: string | null, lon: number, lat: number) => void,
 *          moved: (view: {z: number, lon: number, lat: number}) => void,
 *          busy: (busy: boolean, failed: boolean) => void}} on
 */
export function start(target, on) {
  const land = new ol.VectorSource();
  regions = new ol.VectorSource();
  districts = new ol.VectorSource();
  marked = new ol.VectorSource();
  spot = new ol.VectorSource();
  const countryLayer = new ol.VectorLayer({
    source: land,
    style: new ol.Style({
      fill: new ol.Fill({ color: '#ffffff' }),
      stroke: new ol.Stroke({ color: '#1d2b33', width: 1.6 }),
    }),
  });
  countryLayer.set('name', 'land');
  tiles = new ol.TileLayer({ preload: 1 });
  map = new ol.OlMap({
    target,
    layers: [
      countryLayer,
      tiles,
      outlineLayer(districts, 2, { maxResolution: DISTRICT_RESOLUTION }),
      outlineLayer(regions, 1),
      new ol.VectorLayer({
        source: regions,
        declutter: true,
        minResolution: 300,
        style: (/** @type {any} */ f) => regionLabel(f.get('name')),
      }),
      new ol.VectorLayer({
        source: districts,
        declutter: true,
        maxResolution: 300,
        style: (/** @type {any} */ f) => regionLabel(f.get('name')),
      }),
      new ol.VectorLayer({
        source: marked,
        style: new ol.Style({ stroke: new ol.Stroke({ color: '#0b7285', width: 3 }) }),
      }),
      new ol.VectorLayer({
        source: spot,
        style: new ol.Style({ stroke: new ol.Stroke({ color: '#c2255c', width: 2 }) }),
      }),
    ],
    controls: [new ol.Zoom(), new ol.ScaleLine({ units: 'metric' }), new ol.FullScreen()],
    view: new ol.View({ center: ol.fromLonLat([64.5, 41.4]), zoom: 6, minZoom: 3, maxZoom: 16 }),
  });
  found.attach(map);
  listenTo(on);
  return map;
}

/** @param {any} on */
function listenTo(on) {
  map.on('pointermove', (/** @type {any} */ event) => {
    if (event.dragging) return;
    const feature = featureAt(event.pixel);
    on.hover(feature ? feature.getId() : null, event.pixel);
  });
  map.getViewport().addEventListener('pointerleave', () => on.hover(null, [0, 0]));
  map.on('singleclick', (/** @type {any} */ event) => {
    const [lon, lat] = ol.toLonLat(event.coordinate);
    const feature = featureAt(event.pixel);
    on.pick(feature ? feature.getId() : null, lon, lat);
  });
  target().addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' || event.target !== target()) return;
    const [lon, lat] = found.center();
    on.pick(featureAt(map.getPixelFromCoordinate(map.getView().getCenter()))?.getId() ?? null, lon, lat);
  });
  map.on('moveend', () => {
    const view = map.getView();
    const [lon, lat] = ol.toLonLat(view.getCenter());
    on.moved({ z: round(view.getZoom(), 2), lon: round(lon, 4), lat: round(lat, 4) });
  });
  map.on('loadstart', () => on.busy(true, false));
  map.on('loadend', () => on.busy(false, false));
}

/** @returns {HTMLElement} */
function target() {
  return map.getTargetElement();
}

/** @param {number} value @param {number} digits */
function round(value, digits) {
  return Number(value.toFixed(digits));
}

/** The finest area drawn under a pixel. @param {number[]} pixel */
function featureAt(pixel) {
  const coordinate = map.getCoordinateFromPixel(pixel);
  const source = map.getView().getResolution() < DISTRICT_RESOLUTION && districts.getFeatures().length
    ? districts : regions;
  return source.getFeaturesAtCoordinate(coordinate)[0] ?? null;
}

/** @param {import('../state.js').State} s with its release pinned */
export function showTiles(s) {
  const ratio = window.devicePixelRatio > 1.25 ? '@2x' : '';
  const url = template(`/tiles/${s.release}/${layerName(s)}/{z}/{x}/{y}${ratio}.png`, tileParams(s));
  const source = new ol.XYZ({
    url, minZoom: 0, maxZoom: 14, tilePixelRatio: ratio ? 2 : 1, transition: 120, interpolate: false,
  });
  tiles.setSource(source);
  return source;
}

/** @param {number} percent */
export function setOpacity(percent) {
  tiles.setOpacity(percent / 100);
}

/** @param {any} geojson FeatureCollection @param {number} level */
export function setAreas(geojson, level) {
  const features = new ol.GeoJSON({ featureProjection: 'EPSG:3857' }).readFeatures(geojson);
  for (const feature of features) {
    if (feature.getId() === undefined) feature.setId(feature.get('district'));
  }
  const source = level === 0
    ? map.getLayers().getArray().find((/** @type {any} */ l) => l.get('name') === 'land').getSource()
    : level === 1 ? regions : districts;
  source.clear();
  source.addFeatures(features);
}

/** Draws the outline of one area thick and, if asked, moves there. @param {string} code @param {boolean} go */
export function mark(code, go) {
  marked.clear();
  const feature = regions.getFeatureById(code) ?? districts.getFeatureById(code);
  if (!feature) return;
  marked.addFeature(feature.clone());
  if (go) fit(feature.getGeometry().getExtent());
}

/** @param {number[] | null} bbox west, south, east, north in degrees: the cell last asked for */
export function markCell(bbox) {
  spot.clear();
  if (!bbox) return;
  const extent = ol.transformExtent(bbox, 'EPSG:4326', 'EPSG:3857');
  spot.addFeature(new ol.Feature(ol.polygonFromExtent(extent)));
}

/** @param {number[]} extent in map units */
function fit(extent) {
  const wide = window.innerWidth > 900;
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  map.getView().fit(extent, {
    padding: wide ? [40, 360, 60, 320] : [30, 20, 60, 20], duration: still ? 0 : 350, maxZoom: 11,
  });
}

/** @param {number[]} bbox degrees */
export function fitBbox(bbox) {
  fit(ol.transformExtent(bbox, 'EPSG:4326', 'EPSG:3857'));
}

/** @param {{z: number, lon: number, lat: number}} view */
export function setView(view) {
  map.getView().setCenter(ol.fromLonLat([view.lon, view.lat]));
  map.getView().setZoom(view.z);
}
