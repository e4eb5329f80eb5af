// @ts-check
/** The cell that was asked for last. */
import * as ol from '../../vendor/ol.js';
import * as place from '../place.js';
import * as canvas from './canvas.js';
import { ink } from './ink.js';

export function start() {
  const source = new ol.VectorSource();
  canvas.add('spot', new ol.VectorLayer({ source, style: () => new ol.Style({ stroke: new ol.Stroke({ color: ink('mark'), width: 2 }) }) }));
  place.listen((spot) => {
    source.clear();
    if (!spot?.bbox) return;
    source.addFeature(new ol.Feature(ol.polygonFromExtent(ol.transformExtent(spot.bbox, 'EPSG:4326', 'EPSG:3857'))));
  });
}
