// @ts-check
/** The map view: canvas, layers, controls, legend, and the panel beside it. Each layer paints itself; this says when. */
import * as areas from '../areas.js';
import { catalog, gasText } from '../catalog.js';
import { byId } from '../dom.js';
import * as hover from '../hover.js';
import { t } from '../i18n.js';
import * as panel from '../panel.js';
import * as place from '../place.js';
import * as search from '../search.js';
import * as state from '../state.js';
import { attempt, busy, fail } from '../status.js';
import * as base from './base.js';
import * as canvas from './canvas.js';
import * as choropleth from './choropleth.js';
import * as controls from './controls.js';
import * as found from './found.js';
import { onScheme } from './ink.js';
import * as layers from './layers.js';
import * as legend from './legend.js';
import * as list from './list.js';
import * as outlines from './outlines.js';
import * as pencil from './pencil.js';
import * as places from './places.js';
import * as popup from './popup.js';
import * as raster from './raster.js';
import { densityScale } from './scale.js';
import * as sides from './sides.js';
import * as sources from './sources.js';
import * as spot from './spot.js';
import * as swipe from './swipe.js';
import * as tip from './tip.js';
import * as tools from './tools.js';
import * as values from './values.js';
import * as words from './words.js';
import * as years from './years.js';

/** @typedef {import('../state.js').State} State */

let going = new AbortController();
/** What is left of the line, or the whole, and what is right of it. @type {{density: any, coloured: any}[]} */
const halves = [];

export async function enter() {
  canvas.start(byId('map'), { hover: over, pick, moved, busy });
  outlines.start(tileFailed);
  for (let i = 0; i < 2; i++) {
    const half = { density: raster.make(tileFailed), coloured: choropleth.make() };
    halves.push(half);
    canvas.add('main', half.density.layer, half.coloured.layer);
  }
  sources.start();
  spot.start();
  const [left, right] = halves.map((half) => [half.density.layer, half.coloured.layer]);
  swipe.start(left, right);
  for (const part of [base, controls, layers, list, tools, popup, panel]) part.start();
  years.start(ahead);
  search.provide(places.find);
  byId('more-words').addEventListener('toggle', () => attempt(() => words.paint(sides.main(), going.signal)));
  onScheme(() => {
    canvas.refresh();
    paint(state.get(), null);
  });
  const s = state.get();
  given = !(Number.isNaN(s.z) || Number.isNaN(s.lon) || Number.isNaN(s.lat));
  if (given) canvas.setView(s);
  else canvas.fitBbox(catalog.release.bbox, true);
}

/** @param {{z: number, lon: number, lat: number}} view */
function moved(view) {
  state.set(view, { replace: true });
  const [west, south, east, north] = canvas.shownBbox();
  const its = catalog.release.bbox;
  byId('empty').hidden = west < its[2] && east > its[0] && south < its[3] && north > its[1];
}

/** What failed is said, and tried again some seconds later. */
function tileFailed() {
  fail({ offline: true }, tilesAgain);
}

/** Asks for the missing tiles, and waits until they have come or not; not for ever, as those out of sight are not asked for. */
function tilesAgain() {
  const come = Promise.all([...halves.map((half) => half.density.again()), outlines.again()]);
  return Promise.race([come, new Promise((done) => window.setTimeout(done, 5000))]);
}

const anew = () => paint(state.get(), null);

/** The last step back or forward that was painted. */
let journey = 0;

/** The address said where to look. */
let given = false;

/** What decides the colours. */
const LOOKS = [...state.SELECTION, 'minus', 'show', 'by', 'level', 'only', 'year2', 'gas2'];

/** @param {State} now @param {State | null} before */
export async function paint(now, before) {
  const is = (/** @type {string[]} */ ...names) => before === null || state.differs(now, before, ...names);
  const split = sides.isSplit(now) !== (before !== null && sides.isSplit(before));
  if (is('lang', 'release')) outlines.show(sides.main());
  if (is('order', 'hide')) paintStack(now);
  const goes = journey !== state.journeys();
  journey = state.journeys();
  if (goes || is('z', 'lon', 'lat')) canvas.follow(now);
  if (is('opacity')) for (const half of halves) [half.density, half.coloured].forEach((one) => one.layer.setOpacity(now.opacity / 100));
  if (is(...LOOKS) || split) attempt(() => paintColours(now), anew);
  if (is('base', 'lang')) attempt(() => base.paint(now), anew);
  if (is('swipe', ...LOOKS)) swipe.paint(now);
  controls.paint(now);
  years.paint(now);
  layers.paint(now);
  tools.paint(now);
  if (is(...state.SELECTION, 'sources', 'source')) attempt(() => paintSources(now, before), anew);
  if (is(...state.SELECTION)) {
    going.abort();
    going = new AbortController();
    await areas.load(going.signal);
  }
  if (is('district')) chosen(now, goes || (before === null && given), before === null);
  // What was chosen while the areas came is shown, not what was before it.
  if (is(...state.SELECTION, ...panel.ASKS)) await panel.paint(state.get(), going.signal);
  if (is(...state.SELECTION, 'district', 'show', 'by', 'level', 'minus')) await words.paint(sides.main(), going.signal);
}

/** @param {State} s */
function paintStack(s) {
  canvas.stack([...s.order].map((letter) => layers.PLACES[letter]));
  outlines.setShown({ outlines: layers.isShown(s, 'o'), names: layers.isShown(s, 'n') });
}

let turn = 0;

/** The main layer and its legend. @param {State} s */
async function paintColours(s) {
  const mine = ++turn;
  const shown = sides.isSplit(s) ? [sides.main(), sides.other()] : [sides.main()];
  outlines.setLeast(s.show === 'districts' ? s.level : 0);
  const scales = await Promise.all(halves.map(async (half, i) => {
    const its = shown[i];
    half.density.layer.setVisible(Boolean(its) && s.show === 'density');
    half.coloured.layer.setVisible(Boolean(its) && s.show === 'districts');
    if (!its || s.show === 'none') return null;
    if (s.show === 'districts') return half.coloured.show(its);
    half.density.show(its);
    return densityScale(its);
  }));
  byId('view-map').classList.add('ready');
  if (mine !== turn) return;
  const drawn = scales.filter((scale) => scale !== null);
  legend.draw(drawn);
  byId('legend-card').hidden = !drawn.length && !s.sources;
}

/** @param {State} s @param {State | null} before */
async function paintSources(s, before) {
  sources.setOpen(s.source);
  const most = await sources.show(sides.main());
  legend.drawSizes(most, gasText(s));
  byId('legend-card').hidden = s.show === 'none' && !most;
  await Promise.all([list.paint(sides.main(), going.signal), popup.show(s, before !== null && before.source !== s.source, before !== null)]);
}

/** Goes to the chosen area, unless it was clicked. @param {State} now @param {boolean} isPlaced the address says where to look @param {boolean} atOnce */
function chosen(now, isPlaced, atOnce) {
  outlines.mark(now.district);
  const its = areas.get(now.district);
  if (now.district && its?.bbox && !picking && !isPlaced) canvas.fitBbox(its.bbox, atOnce);
  picking = false;
}

/** The next year's pictures. @param {State} s */
async function ahead(s) {
  if (s.show === 'density') await halves[0].density.ahead(s);
  else if (s.show === 'districts') await values.load(s);
}

/** @param {number[] | null} pixel @param {number[] | null} at longitude and latitude */
function over(pixel, at) {
  tools.showPlace(at);
  if (pencil.drawing()) return attempt(() => tip.show(null, null, ''));
  const hot = pixel && found.hotAt(pixel);
  const source = pixel && !hot ? sources.sourceAt(pixel) : null;
  const code = pixel && !hot && !source ? outlines.areaAt(pixel) : null;
  hover.set(hot || (source ? { kind: 'source', id: source } : code ? { kind: 'district', id: code } : null));
  return attempt(() => tip.show(code, pixel, (hot && hot.title) || (source && sources.nameOf(source)) || ''));
}

/** The area that is about to be chosen was clicked. */
let picking = false;

/** A click or Enter: a source opens; else the area becomes the chosen one and the cell is asked for. @param {number[]} pixel @param {number} lon @param {number} lat */
function pick(pixel, lon, lat) {
  const source = sources.sourceAt(pixel);
  if (source) return state.set({ source });
  const code = outlines.areaAt(pixel);
  picking = code !== null && code !== state.get().district; // the map stays where it was clicked
  return state.set({ at: place.write(lon, lat), pane: 'area', source: '', ...(code ? { district: code } : {}) });
}
