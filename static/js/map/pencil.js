// @ts-check
/** The pencil: the pointer draws an area, or moves the corners of the one that is shown. GeoJSON in degrees comes out. */
import * as ol from '../../vendor/ol.js';
import { area, AREA, areaStyle, DEGREES, map } from './found.js';

/** The interaction of a drawing or an edit. @type {{part: any, draw: any} | null} */
let active = null;
/** When the last drawing ended: the click that ended it is no question. */
let ended = -Infinity;

/** Whether clicks belong to a drawing. @returns {boolean} */
export function drawing() {
  return active !== null || performance.now() - ended < 400;
}

/**
 * Lets the pointer draw. `rectangle` and `circle` are two clicks, what lies between is made by `shape`.
 * @param {'polygon' | 'rectangle' | 'circle'} kind
 * @param {{shape?: (from: number[], to: number[]) => number[][], changed: (points: number) => void, done: (geometry: any) => void}} on
 *   shape: the closed ring between two positions, in degrees; done: GeoJSON Polygon
 */
export function draw(kind, on) {
  stop();
  const between = kind !== 'polygon' && on.shape;
  const drawer = new ol.Draw({
    type: between ? 'Circle' : 'Polygon',
    stopClick: true,
    style: [...areaStyle(), new ol.Style({ image: new ol.CircleStyle({ radius: 5, fill: new ol.Fill({ color: AREA }), stroke: new ol.Stroke({ color: '#fff', width: 2 }) }) })],
    geometryFunction: between ? (/** @type {any} */ coordinates, /** @type {any} */ geometry) => {
      const ring = between(ol.toLonLat(coordinates[0]), ol.toLonLat(coordinates.at(-1)));
      const its = geometry ?? new ol.Polygon([]);
      its.setCoordinates([ring.map((position) => ol.fromLonLat(position))]);
      return its;
    } : undefined,
  });
  drawer.on('drawstart', (/** @type {any} */ event) => {
    event.feature.getGeometry().on('change', () => on.changed(points(event.feature)));
    on.changed(points(event.feature));
  });
  drawer.on('drawabort', () => on.changed(0));
  drawer.on('drawend', (/** @type {any} */ event) => {
    const geometry = write(event.feature);
    window.setTimeout(() => { stop(); on.done(geometry); });
  });
  map.addInteraction(drawer);
  active = { part: drawer, draw: drawer };
  map.getTargetElement().classList.add('drawing');
}

/** Lets the pointer move, add and (with Alt) take away positions of the shown area. @param {(geometry: any) => void} changed */
export function edit(changed) {
  stop();
  const modify = new ol.Modify({ source: area });
  modify.on('modifyend', () => changed(write(area.getFeatures()[0])));
  map.addInteraction(modify);
  active = { part: modify, draw: null };
  map.getTargetElement().classList.add('drawing');
}

/** Ends drawing or editing; what was begun is dropped. */
export function stop() {
  if (!active) return;
  map.removeInteraction(active.part);
  active = null;
  ended = performance.now();
  map.getTargetElement().classList.remove('drawing');
}

/** Takes back the last position. */
export function undo() {
  active?.draw?.removeLastPoint();
}

/** Puts the position under the cross. */
export function put() {
  active?.draw?.appendCoordinates([map.getView().getCenter()]);
}

/** Closes the ring. */
export function finish() {
  active?.draw?.finishDrawing();
}

/** @param {any} feature @returns {number} positions that were put; the one at the pointer is not yet */
function points(feature) {
  const rings = feature.getGeometry().getCoordinates();
  return Math.max(0, (rings[0]?.length ?? 0) - 2);
}

/** @param {any} feature */
function write(feature) {
  return new ol.GeoJSON().writeGeometryObject(feature.getGeometry(), { ...DEGREES, decimals: 5, rightHanded: true });
}
