// @ts-check
/** The map view: canvas, controls, legend, and the panel beside it. */
import * as areas from '../areas.js';
import { ask, layerName, tileParams } from '../api.js';
import { catalog, gasText, pinned } from '../catalog.js';
import { byId, el } from '../dom.js';
import { interval, mass, massScale } from '../format.js';
import * as hover from '../hover.js';
import * as panel from '../panel.js';
import * as place from '../place.js';
import * as state from '../state.js';
import { attempt, busy } from '../status.js';
import * as canvas from './canvas.js';
import * as controls from './controls.js';
import * as legend from './legend.js';
import * as found from './found.js';
import * as pencil from './pencil.js';

let going = new AbortController();

export async function enter() {
  canvas.start(byId('map'), { hover: over, pick, moved: (view) => state.set(view, { replace: true }), busy });
  controls.start();
  panel.start();
  place.listen((spot) => canvas.markCell(spot?.bbox ?? null));
  const s = state.get();
  if (Number.isNaN(s.z) || Number.isNaN(s.lon) || Number.isNaN(s.lat)) canvas.fitBbox(catalog.release.bbox);
  else canvas.setView(s);
}

/** @param {import('../state.js').State} now @param {import('../state.js').State | null} before */
export async function paint(now, before) {
  const is = (/** @type {string[]} */ ...names) => before === null || state.differs(now, before, ...names);
  if (is('opacity')) canvas.setOpacity(now.opacity);
  if (is('lang', 'release')) attempt(outlines);
  if (is(...state.SELECTION, 'minus')) await paintSelection();
  if (is('district')) canvas.mark(now.district, now.district !== '');
  controls.paint(now);
  if (is(...state.SELECTION, ...panel.ASKS)) await panel.paint(now, going.signal);
}

/** The country and regions first, so that something shows soon. */
async function outlines() {
  const { lang, release } = pinned();
  const shape = { lang, release, format: 'geojson', limit: 1000 };
  for (const level of [0, 1, 2]) canvas.setAreas(await ask('/v1/districts', { ...shape, level }), level);
  canvas.mark(state.get().district, false);
}

/** Everything that depends on what is looked at. */
async function paintSelection() {
  going.abort();
  going = new AbortController();
  const { signal } = going;
  const s = pinned();
  canvas.showTiles(s);
  attempt(async () => {
    const tilejson = await ask(`/tiles/${s.release}/${layerName(s)}.json`, tileParams(s), signal);
    await legend.draw(byId('legend'), tilejson, s);
  });
  await areas.load(signal);
}

/** @param {string | null} code @param {number[]} pixel */
function over(code, pixel) {
  const hot = found.hotAt(pixel);
  hover.set(hot ?? (code ? { kind: 'district', id: code } : null));
  const tip = byId('tip');
  const row = code ? areas.get(code) : null;
  tip.hidden = !(hot || row);
  if (tip.hidden) return;
  if (hot) tip.replaceChildren(el('strong', {}, hot.title));
  else tip.replaceChildren(el('strong', {}, row.name), el('span', {}, `${mass(row.value)} ${gasText(state.get())}`),
    ...(row.lo === null ? [] : [el('small', {}, interval(row, massScale(row.value)))]));
  const room = byId('map').clientWidth - pixel[0];
  tip.style.left = `${room < 230 ? pixel[0] - 220 : pixel[0] + 16}px`;
  tip.style.top = `${pixel[1] + 16}px`;
}

/** A click: the area becomes the chosen one and the cell is asked for. @param {string | null} code @param {number} lon @param {number} lat */
function pick(code, lon, lat) {
  if (pencil.drawing()) return;
  state.set({ at: place.write(lon, lat), pane: 'area', ...(code ? { district: code } : {}) });
}
