// @ts-check
/** Changes the colours of a palette picture: each pixel has the colour of its class, so that a class can be told by it. */
import { rgba } from './classes.js';

/** What is not the class that is asked for. */
const GREY = [150, 160, 166];

/** @param {number} r @param {number} g @param {number} b @param {number} a */
const pack = (r, g, b, a) => ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;

/**
 * @param {import('./scale.js').Class[]} classes
 * @param {number} only the class that keeps its colour, NaN for all
 * @returns {{from: number[], to: number}[] | null} null when nothing changes
 */
export function tableOf(classes, only) {
  const alone = classes[only] !== undefined;
  if (!alone && classes.every((c) => c.colour === c.drawn)) return null;
  return classes.map((c, i) => {
    const from = rgba(c.drawn ?? c.colour);
    const [r, g, b, a] = rgba(c.colour);
    return { from, to: alone && i !== only ? pack(GREY[0], GREY[1], GREY[2], Math.min(a, 64)) : pack(r, g, b, a) };
  });
}

/**
 * The nearest class's new colour: a canvas keeps colours with alpha only nearly as they were.
 * @param {Uint32Array} pixels little-endian RGBA, changed in place
 * @param {{from: number[], to: number}[]} table
 */
export function recolour(pixels, table) {
  /** @type {Map<number, number>} */
  const seen = new Map();
  let last = 0;
  let becomes = 0;
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i];
    if (pixel !== last) {
      last = pixel;
      becomes = seen.get(pixel) ?? nearest(pixel, table);
      seen.set(pixel, becomes);
    }
    pixels[i] = becomes;
  }
}

/** @param {number} pixel @param {{from: number[], to: number}[]} table */
function nearest(pixel, table) {
  const [r, g, b, a] = [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255, pixel >>> 24];
  if (a < 48) return pixel; // no data, or a zero: nearly nothing
  let best = pixel;
  let least = 20; // farther from every class: no class at all
  for (const { from, to } of table) {
    const far = Math.abs(from[0] - r) + Math.abs(from[1] - g) + Math.abs(from[2] - b) + Math.abs(from[3] - a);
    if (far < least) {
      least = far;
      best = to;
    }
  }
  return best;
}
