// @ts-check
/** The map as a picture with all that it needs to stand alone: title, legend, outlines, names, sources. */
import { layerName, picture, template, tileParams } from '../api.js';
import { HATCHED } from '../map/areas_scale.js';
import { hatch } from '../map/hatch.js';
import { fit } from './ground.js';

const FONT = '"Noto Sans", "Noto Sans KR", "Noto Sans CJK KR", "DejaVu Sans", sans-serif';
const INK = '#14222a';
const SOFT = '#4d5f69';
/** Height of names on the map, in hundredths of its width: 7 points on paper. */
const LABEL = 1.45;

/**
 * @typedef {{title: string, subtitle: string, note: string, box: import('./ground.js').Box,
 *   outlines: any[], parts: any[], coloured: import('./coloured.js').Coloured | null, legend: any, state: import('../state.js').State}} Contents
 *   outlines and parts: GeoJSON features; coloured: null where tiles are shown; legend: title, unit, classes; state: with its release pinned
 */

/**
 * Paints it on white, so that it prints and pastes anywhere.
 * @param {Contents} contents @param {number} width @param {number} height of the map alone, in pixels
 * @param {{dressed: boolean}} how dressed: title above and sources below, for a file that leaves the page
 * @param {AbortSignal} [signal]
 * @returns {Promise<HTMLCanvasElement>}
 */
export async function paint(contents, width, height, how, signal) {
  const unit = width / 100; // of sizes, so that a picture of any size looks alike
  const head = how.dressed ? unit * 8 : 0;
  const foot = how.dressed ? unit * 6.5 : 0;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = Math.round(height + head + foot);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.save();
  pen.translate(0, head);
  await paintMap(pen, contents, width, height, unit, signal);
  pen.restore();
  if (how.dressed) {
    write(pen, contents.title, unit * 2, unit * 3.6, `700 ${unit * 2.3}px ${FONT}`, INK);
    write(pen, contents.subtitle, unit * 2, unit * 6.4, `400 ${unit * 1.6}px ${FONT}`, SOFT);
    wrap(pen, contents.note, unit * 96, `400 ${unit * 1.05}px ${FONT}`).slice(0, 4)
      .forEach((line, i) => write(pen, line, unit * 2, head + height + unit * (1.5 + 1.4 * i), `400 ${unit * 1.05}px ${FONT}`, SOFT));
  }
  return canvas;
}

/** @param {CanvasRenderingContext2D} pen @param {Contents} contents @param {number} width @param {number} height @param {number} unit @param {AbortSignal} [signal] */
async function paintMap(pen, contents, width, height, unit, signal) {
  const ground = fit(contents.box, width, height, unit * 2);
  pen.fillStyle = '#e8eef0';
  pen.fillRect(0, 0, width, height);
  pen.beginPath();
  for (const feature of contents.outlines) trace(pen, feature, ground);
  pen.fillStyle = '#fff';
  pen.fill('evenodd');
  if (contents.coloured) paintAreas(pen, ground, contents.coloured, unit);
  else await paintTiles(pen, ground, contents.state, signal);
  veil(pen, contents.outlines, ground);
  line(pen, contents.parts, ground, unit * 0.09, '#6f7f88');
  line(pen, contents.outlines, ground, unit * 0.22, INK);
  labels(pen, contents.parts, ground, unit);
  legend(pen, contents.legend, width, height, unit);
}

/** @param {CanvasRenderingContext2D} pen @param {import('./ground.js').Ground} ground @param {import('../state.js').State} s @param {AbortSignal} [signal] */
async function paintTiles(pen, ground, s, signal) {
  const address = template(`/tiles/${s.release}/${layerName(s)}/{z}/{x}/{y}@2x.png`, tileParams(s));
  await Promise.all(ground.tiles.map(async (tile) => {
    const url = address.replace('{z}', String(ground.zoom)).replace('{x}', String(tile.x)).replace('{y}', String(tile.y));
    pen.drawImage(await picture(url, signal), tile.left, tile.top, tile.size, tile.size);
  }));
}

/** @param {CanvasRenderingContext2D} pen @param {import('./ground.js').Ground} ground @param {import('./coloured.js').Coloured} its @param {number} unit */
function paintAreas(pen, ground, { features, fills }, unit) {
  const strokes = hatched(unit);
  for (const feature of features) {
    const fill = fills.get(feature.properties.district);
    if (!fill) continue;
    pen.beginPath();
    trace(pen, feature, ground);
    pen.fillStyle = fill === HATCHED ? strokes : fill;
    pen.fill('evenodd');
  }
  line(pen, features, ground, unit * 0.045, '#8b989f');
}

/** @param {number} unit */
function hatched(unit) {
  return hatch('#fff', '#7b8a92', Math.round(unit * 0.7));
}

/** What is around the area is there, but it is not what the report is of. @param {CanvasRenderingContext2D} pen @param {any[]} outlines @param {import('./ground.js').Ground} ground */
function veil(pen, outlines, ground) {
  pen.beginPath();
  pen.rect(0, 0, ground.width, ground.height);
  for (const feature of outlines) trace(pen, feature, ground);
  pen.fillStyle = 'rgb(232 238 240 / .8)';
  pen.fill('evenodd');
}

/** Adds a feature's rings to the path. @param {CanvasRenderingContext2D} pen @param {any} feature @param {import('./ground.js').Ground} ground */
function trace(pen, feature, ground) {
  for (const ring of rings(feature)) {
    ring.forEach(([lon, lat], i) => (i ? pen.lineTo(ground.x(lon), ground.y(lat)) : pen.moveTo(ground.x(lon), ground.y(lat))));
    pen.closePath();
  }
}

/** @param {any} feature @returns {number[][][]} */
export function rings(feature) {
  const { type, coordinates } = feature.geometry ?? {};
  if (type === 'Polygon') return coordinates;
  return type === 'MultiPolygon' ? coordinates.flat() : [];
}

/** @param {CanvasRenderingContext2D} pen @param {any[]} features @param {import('./ground.js').Ground} ground @param {number} width @param {string} colour */
function line(pen, features, ground, width, colour) {
  pen.beginPath();
  for (const feature of features) trace(pen, feature, ground);
  pen.lineWidth = Math.max(0.75, width);
  pen.lineJoin = 'round';
  pen.strokeStyle = colour;
  pen.stroke();
}

/**
 * Names of parts, the largest first; one that would lie over another or far over its part's edge is left out.
 * @param {CanvasRenderingContext2D} pen @param {any[]} features @param {import('./ground.js').Ground} ground @param {number} unit
 */
function labels(pen, features, ground, unit) {
  pen.font = `600 ${unit * LABEL}px ${FONT}`;
  const places = features.map((feature) => place(pen, feature, ground, unit)).filter((p) => p !== null).sort((a, b) => b.size - a.size);
  /** @type {any[]} */
  const taken = [];
  for (const p of places) {
    if (taken.some((q) => Math.abs(p.x - q.x) < (p.wide + q.wide) / 2 && Math.abs(p.y - q.y) < unit * LABEL * 1.1)) continue;
    taken.push(p);
    pen.textAlign = 'center';
    pen.lineWidth = unit * 0.35;
    pen.strokeStyle = 'rgb(255 255 255 / .85)';
    pen.strokeText(p.text, p.x, p.y);
    pen.fillStyle = INK;
    pen.fillText(p.text, p.x, p.y);
  }
  pen.textAlign = 'left';
}

/** The middle of the largest ring. @param {CanvasRenderingContext2D} pen @param {any} feature @param {import('./ground.js').Ground} ground @param {number} unit */
function place(pen, feature, ground, unit) {
  const sized = rings(feature).map((ring) => ({ ring, size: Math.abs(area(ring)) })).sort((a, b) => b.size - a.size);
  if (!sized.length) return null;
  const [{ ring, size }] = sized;
  const xs = ring.map(([lon]) => ground.x(lon));
  const [lon, lat] = middle(ring);
  const text = feature.properties.name;
  const wide = pen.measureText(text).width + unit;
  if (wide > (Math.max(...xs) - Math.min(...xs)) * 1.5) return null;
  return { text, wide, size, x: ground.x(lon), y: ground.y(lat) };
}

/** Twice the signed area of a ring in square degrees. @param {number[][]} ring */
function area(ring) {
  return ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length];
    return sum + x * nextY - nextX * y;
  }, 0);
}

/** The centre of gravity of a ring. @param {number[][]} ring @returns {number[]} */
function middle(ring) {
  const twice = area(ring);
  if (twice === 0) return ring[0];
  const sum = [0, 0];
  ring.forEach(([x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length];
    const cross = x * nextY - nextX * y;
    sum[0] += (x + nextX) * cross;
    sum[1] += (y + nextY) * cross;
  });
  return [sum[0] / (3 * twice), sum[1] / (3 * twice)];
}

/** In the lower left corner. @param {CanvasRenderingContext2D} pen @param {any} its @param {number} width @param {number} height @param {number} unit */
function legend(pen, its, width, height, unit) {
  const rows = its.classes.length + (its.lacking ? 1.3 : 0);
  const [step, chip] = [unit * 2, unit * 2.8];
  const font = `400 ${unit * 1.4}px ${FONT}`;
  pen.font = `700 ${unit * 1.5}px ${FONT}`;
  let wide = pen.measureText(its.title).width;
  pen.font = font;
  wide = Math.max(wide, pen.measureText(its.unit).width, ...[...its.classes.map((/** @type {any} */ c) => c.label), its.lacking ?? ''].map((text) => chip + unit + pen.measureText(text).width)) + unit * 2.4;
  const tall = step * rows + unit * 5.2;
  const [left, top] = [unit, height - tall - unit];
  pen.fillStyle = 'rgb(255 255 255 / .9)';
  pen.beginPath();
  pen.roundRect(left, top, wide, tall, unit * 0.7);
  pen.fill();
  write(pen, its.title, left + unit * 1.2, top + unit * 2, `700 ${unit * 1.5}px ${FONT}`, INK);
  write(pen, its.unit, left + unit * 1.2, top + unit * 3.7, font, SOFT);
  const row = (/** @type {number} */ i, /** @type {string | CanvasPattern} */ fill, /** @type {string} */ text) => {
    const y = top + unit * 4.5 + step * i;
    pen.fillStyle = fill;
    pen.fillRect(left + unit * 1.2, y, chip, step * 0.82);
    pen.strokeStyle = 'rgb(0 0 0 / .25)';
    pen.lineWidth = 1;
    pen.strokeRect(left + unit * 1.2, y, chip, step * 0.82);
    write(pen, text, left + unit * 2 + chip, y + step * 0.66, font, INK);
  };
  its.classes.forEach((/** @type {any} */ c, /** @type {number} */ i) => row(i, c.colour, c.label));
  if (its.lacking) row(rows - 1, hatched(unit), its.lacking);
}

/** @param {CanvasRenderingContext2D} pen @param {string} text @param {number} x @param {number} y @param {string} font @param {string} colour */
function write(pen, text, x, y, font, colour) {
  pen.font = font;
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
}

/** Lines no wider than `most`. @param {CanvasRenderingContext2D} pen @param {string} text @param {number} most @param {string} font @returns {string[]} */
function wrap(pen, text, most, font) {
  pen.font = font;
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (pen.measureText(longer).width > most && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
