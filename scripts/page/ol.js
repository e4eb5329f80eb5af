/* What the page takes of OpenLayers; scripts/page-libraries packs just this into static/vendor/ol.js. */
export { default as Feature } from 'ol/Feature.js';
export { default as OlMap } from 'ol/Map.js';
export { default as View } from 'ol/View.js';
export { ScaleLine } from 'ol/control.js';
export { GeoJSON, MVT } from 'ol/format.js';
export { Polygon } from 'ol/geom.js';
export { fromExtent as polygonFromExtent } from 'ol/geom/Polygon.js';
export { Draw, Modify } from 'ol/interaction.js';
export { Tile as TileLayer, Vector as VectorLayer, VectorTile as VectorTileLayer } from 'ol/layer.js';
export { fromLonLat, toLonLat, transformExtent } from 'ol/proj.js';
export { getRenderPixel } from 'ol/render.js';
export { Vector as VectorSource, VectorTile as VectorTileSource, XYZ } from 'ol/source.js';
export { Circle as CircleStyle, Fill, Stroke, Style, Text } from 'ol/style.js';
