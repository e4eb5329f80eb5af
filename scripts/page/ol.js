/* What the page takes of OpenLayers; scripts/page-libraries packs just this into static/vendor/ol.js. */
export { default as Feature } from 'ol/Feature.js';
export { default as OlMap } from 'ol/Map.js';
export { default as View } from 'ol/View.js';
export { unByKey } from 'ol/Observable.js';
export { FullScreen, MousePosition, Rotate, ScaleLine, Zoom } from 'ol/control.js';
export { createStringXY } from 'ol/coordinate.js';
export { boundingExtent, buffer, containsCoordinate, createEmpty, extend, getCenter, isEmpty } from 'ol/extent.js';
export { GeoJSON, MVT } from 'ol/format.js';
export { Circle as CircleGeometry, LineString, MultiPolygon, Point, Polygon } from 'ol/geom.js';
export { fromExtent as polygonFromExtent } from 'ol/geom/Polygon.js';
export { defaults as defaultInteractions, Draw, Modify, Snap } from 'ol/interaction.js';
export { Tile as TileLayer, Vector as VectorLayer, VectorTile as VectorTileLayer } from 'ol/layer.js';
export { fromLonLat, toLonLat, transformExtent } from 'ol/proj.js';
export { getRenderPixel } from 'ol/render.js';
export { Vector as VectorSource, VectorTile as VectorTileSource, XYZ } from 'ol/source.js';
export { getArea, getLength } from 'ol/sphere.js';
export { Circle as CircleStyle, Fill, RegularShape, Stroke, Style, Text } from 'ol/style.js';
