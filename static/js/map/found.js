// @ts-check
/**
 * What the panes lay over the map: the area that is asked for, and what a ranking found. They know no map
 * library: they hand over GeoJSON in degrees. Drawing is in pencil.js.
 */
import * as ol from '../../vendor/ol.js';
import * as hover from '../hover.js';

/** @typedef {{kind: 'district' | 'source' | 'cell', id: string, title: string, geometry: any}} Found geometry: GeoJSON */

export const DEGREES = { featureProjection: 'EPSG:3857', dataProjection: 'EPSG:4326' };
const HOT = '#00e5ff';
export const AREA = '#0b6a80';

/** @type {any} */ export let map;
/** Of the asked area. @type {any} */ export let area;
/** @type {any} */ let hot;
/** @type {any} */ let lit;

/** @param {any} olMap the map these lie on */
export function attach(olMap) {
  map = olMap;
  area = new ol.VectorSource();
  hot = new ol.VectorSource();
  lit = new ol.VectorSource();
  map.addLayer(new ol.VectorLayer({ source: hot, style: hotStyle, zIndex: 20 }));
  map.addLayer(new ol.VectorLayer({ source: area, style: areaStyle(), zIndex: 21 }));
  map.addLayer(new ol.VectorLayer({ source: lit, style: litStyle, zIndex: 22 }));
  hover.listen(light);
  const cross = document.createElement('div');
  cross.className = 'cross';
  cross.setAttribute('aria-hidden', 'true');
  map.getTargetElement().append(cross);
}

export function areaStyle() {
  return [
    new ol.Style({ stroke: new ol.Stroke({ color: 'rgba(255,255,255,.9)', width: 5 }) }),
    new ol.Style({ stroke: new ol.Stroke({ color: AREA, width: 2.5 }), fill: new ol.Fill({ color: 'rgba(11,106,128,.10)' }) }),
  ];
}

/**
 * A colour that no scale of the map has. Cells let their own colour through, districts are outlined: what was
 * found is read on top of the map, not instead of it. @param {any} feature
 */
function hotStyle(feature) {
  if (feature.get('kind') === 'district') return districtStyle;
  return feature.get('kind') === 'source' ? sourceStyle : cellStyle;
}

const casing = (/** @type {number} */ width) => new ol.Stroke({ color: 'rgba(16,36,43,.9)', width });
const cellStyle = new ol.Style({ fill: new ol.Fill({ color: 'rgba(0,229,255,.42)' }), stroke: new ol.Stroke({ color: HOT, width: 1.25 }) });
const districtStyle = [
  new ol.Style({ stroke: casing(4) }),
  new ol.Style({ stroke: new ol.Stroke({ color: HOT, width: 2 }), fill: new ol.Fill({ color: 'rgba(0,229,255,.16)' }) }),
];
const sourceStyle = new ol.Style({ image: new ol.CircleStyle({ radius: 7, fill: new ol.Fill({ color: HOT }), stroke: casing(2) }) });

function litStyle() {
  const stroke = new ol.Stroke({ color: '#ffd43b', width: 3 });
  return [
    new ol.Style({ stroke: new ol.Stroke({ color: '#14222a', width: 6 }), image: new ol.CircleStyle({ radius: 10, stroke: new ol.Stroke({ color: '#14222a', width: 6 }) }) }),
    new ol.Style({ stroke, image: new ol.CircleStyle({ radius: 10, stroke }) }),
  ];
}

/** @param {import('../hover.js').Thing} thing */
function light(thing) {
  lit.clear();
  const feature = thing && hot.getFeatureById(`${thing.kind} ${thing.id}`);
  if (feature) lit.addFeature(feature.clone());
}

/** @param {any} geometry GeoJSON in degrees @returns {any} */
function read(geometry) {
  return new ol.GeoJSON().readGeometry(geometry, DEGREES);
}

/** The area that is asked for. @param {any | null} geometry GeoJSON Polygon or MultiPolygon; null for none */
export function showArea(geometry) {
  area.clear();
  if (geometry) area.addFeature(new ol.Feature(read(geometry)));
}

/** What a ranking found. @param {Found[]} list */
export function highlight(list) {
  hot.clear();
  lit.clear();
  hot.addFeatures(list.map(({ kind, id, title, geometry }) => {
    const feature = new ol.Feature({ geometry: read(geometry), kind, code: id, title });
    feature.setId(`${kind} ${id}`);
    return feature;
  }));
}

/** What of a ranking is under a pixel. @param {number[]} pixel @returns {{kind: any, id: string, title: string} | null} */
export function hotAt(pixel) {
  if (!hot || hot.isEmpty()) return null;
  const at = map.getCoordinateFromPixel(pixel);
  const reach = map.getView().getResolution() * 8;
  const near = hot.getFeaturesInExtent([at[0] - reach, at[1] - reach, at[0] + reach, at[1] + reach]);
  const feature = hot.getFeaturesAtCoordinate(at)[0]
    ?? near.find((/** @type {any} */ f) => f.getGeometry().getType() === 'Point');
  return feature ? { kind: feature.get('kind'), id: feature.get('code'), title: feature.get('title') } : null;
}

/** Moves to a geometry. @param {any} geometry GeoJSON @param {number} [maxZoom] */
export function goTo(geometry, maxZoom = 12) {
  const wide = window.innerWidth > 900;
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  map.getView().fit(read(geometry).getExtent(), {
    padding: wide ? [60, 380, 80, 320] : [30, 20, 60, 20], duration: still ? 0 : 350, maxZoom,
  });
}

/** @returns {number[]} longitude and latitude under the cross */
export function center() {
  return ol.toLonLat(map.getView().getCenter());
}
