// @ts-check
/** Starts the page and turns each change of state into what must be redrawn. */
import { ask, common, layerName, link, tileParams } from './api.js';
import * as controls from './controls.js';
import { byId, el } from './dom.js';
import * as facts from './facts.js';
import * as i18n from './i18n.js';
import * as legend from './legend.js';
import * as map from './map.js';
import * as search from './search.js';
import * as state from './state.js';

const { t, number } = i18n;

/** @type {{release: any, gases: any[], sectors: any[], gwpSets: any[]}} */
const catalog = { release: null, gases: [], sectors: [], gwpSets: [] };
/** Values of the shown state by area code, for the tip under the pointer. @type {Map<string, any>} */
let values = new Map();
/** @type {any} */
let country = null;
/** @type {AbortController} */
let going = new AbortController();
/** @type {HTMLElement | null} */
let hereNode = null;

async function start() {
  const s = state.get();
  const lang = i18n.LANGUAGES.includes(s.lang) ? s.lang : i18n.preferred();
  state.set({ lang }, { replace: true });
  await i18n.load(lang);
  await readCatalog();
  map.start(byId('map'), { hover: showTip, pick, moved: (view) => state.set(view, { replace: true }), busy });
  controls.start();
  search.start(choose);
  state.listen(changed);
  await readAreas();
  if (Number.isNaN(s.z) || Number.isNaN(s.lon)) map.fitBbox(catalog.release.bbox);
  else map.setView(s);
  paintAll();
}

async function readCatalog() {
  const s = state.get();
  const [releases, gases, sectors, gwp] = await Promise.all([
    ask('/v1/releases', { lang: s.lang }), ask('/v1/gases', { lang: s.lang }),
    ask('/v1/sectors', { lang: s.lang }), ask('/v1/gwp'),
  ]);
  const list = releases.releases;
  catalog.release = list.find((/** @type {any} */ r) => r.id === s.release)
    ?? list.find((/** @type {any} */ r) => r.slug === s.release && r.latest)
    ?? list.find((/** @type {any} */ r) => r.latest);
  if (!catalog.release) throw new Error('no release is published yet');
  catalog.gases = gases.gases;
  catalog.sectors = sectors.sectors;
  catalog.gwpSets = gwp.sets;
  repair();
}

/** What the address asks and the release lacks falls back to the nearest thing it has, visibly. */
function repair() {
  const s = state.get();
  const { release } = catalog;
  /** @type {any} */
  const change = {};
  if (!release.years.includes(s.year)) change.year = release.years.at(-1);
  if (!release.layers.includes(layerName(s))) change.gas = 'co2e';
  if (!catalog.gwpSets.some((g) => g.code === s.gwp)) change.gwp = 'AR5-100';
  if (Object.keys(change).length) state.set(change, { replace: true });
}

/** Outlines once per language: the country and regions first, so that something shows soon. */
async function readAreas() {
  const s = state.get();
  const shape = { lang: s.lang, release: catalog.release.id, format: 'geojson', limit: 1000 };
  const [land, regions] = await Promise.all([0, 1].map((level) => ask('/v1/districts', { ...shape, level })));
  map.setAreas(land, 0);
  map.setAreas(regions, 1);
  ask('/v1/districts', { ...shape, level: 2 }).then((found) => {
    map.setAreas(found, 2);
    const all = [...land.features, ...regions.features, ...found.features];
    search.setAreas(all.map((f) => ({ code: f.properties.district, name: f.properties.name })));
    if (state.get().district) map.mark(state.get().district, false);
  }).catch(fail);
}

/** @param {import('./state.js').State} now @param {import('./state.js').State} before */
async function changed(now, before) {
  try {
    if (now.lang !== before.lang) {
      await i18n.load(now.lang);
      await readCatalog();
      await readAreas();
      paintAll();
      return;
    }
    repair();
    const s = state.get();
    const data = ['release', 'flow', 'gas', 'sector', 'gwp', 'year', 'minus'];
    const is = (/** @type {string} */ k) => /** @type {any} */ (s)[k] !== /** @type {any} */ (before)[k];
    if (is('opacity')) map.setOpacity(s.opacity);
    if (data.some(is)) paintData();
    else if (is('district')) paintFacts(going.signal);
    if (is('district')) map.mark(s.district, s.district !== '');
  } catch (problem) {
    fail(problem);
  }
}

function paintAll() {
  const { release } = catalog;
  byId('title').textContent = release.title;
  document.title = `${release.title} – Fluxgrid`;
  byId('warning').textContent = release.warning;
  byId('warning').hidden = !release.warning;
  byId('attribution').textContent = `${release.attribution} ${t('release', { id: release.id })}.`;
  map.setOpacity(state.get().opacity);
  paintData();
}

/** Everything that depends on the selection: tiles, legend, tips, facts. */
function paintData() {
  going.abort();
  going = new AbortController();
  const s = state.get();
  controls.paint(s, catalog);
  map.showTiles(s, catalog.release.id);
  forgetPlace();
  byId('cite').href = link('/v1/emissions', { ...common(s), release: catalog.release.id });
  paintLegend(s, going.signal);
  paintValues(s, going.signal);
}

/** @param {import('./state.js').State} s @param {AbortSignal} signal */
async function paintLegend(s, signal) {
  try {
    const tilejson = await ask(`/tiles/${catalog.release.id}/${layerName(s)}.json`, tileParams(s), signal);
    await legend.draw(byId('legend'), tilejson, s);
  } catch (problem) {
    fail(problem);
  }
}

/** @param {import('./state.js').State} s @param {AbortSignal} signal */
async function paintValues(s, signal) {
  try {
    const asked = { ...common(s), release: catalog.release.id, limit: 1000 };
    const answers = await Promise.all([0, 1, 2].map((level) => ask('/v1/districts', { ...asked, level }, signal)));
    country = answers[0].rows[0] ?? null;
    values = new Map(answers.flatMap((a) => a.rows).map((row) => [row.district, row]));
    await paintFacts(signal);
  } catch (problem) {
    fail(problem);
  }
}

/** @param {AbortSignal} signal */
async function paintFacts(signal) {
  const s = { ...state.get(), release: catalog.release.id };
  try {
    const nodes = await facts.area(s, context(), signal);
    if (signal.aborted) return;
    byId('facts-body').replaceChildren(...nodes.filter((n) => n !== null), ...(hereNode ? [hereNode] : []));
  } catch (problem) {
    fail(problem);
  }
}

function context() {
  const s = state.get();
  const gas = catalog.gases.find((g) => g.code.toLowerCase() === s.gas);
  const gasText = gas ? gas.code.replace('CO2', 'CO₂').replace('CH4', 'CH₄').replace('N2O', 'N₂O') : `CO₂e (${s.gwp})`;
  const parts = (/** @type {string} */ code) => [...values.values()].filter((row) => row.parent === code);
  return { country, release: catalog.release, parts, choose, gasText };
}

/** @param {string} code */
function choose(code) {
  forgetPlace();
  state.set({ district: code === country?.district ? '' : code });
}

function forgetPlace() {
  hereNode = null;
  map.markCell(null);
}

/** A click: the area becomes the chosen one and the cell is asked for. */
async function pick(/** @type {string | null} */ code, /** @type {number} */ lon, /** @type {number} */ lat) {
  if (!code) return;
  const s = { ...state.get(), release: catalog.release.id };
  try {
    const found = await facts.place(lon, lat, s, context(), going.signal);
    hereNode = /** @type {HTMLElement} */ (found.nodes[0]);
    map.markCell(found.bbox);
    if (code !== s.district) state.set({ district: code });
    else await paintFacts(going.signal);
  } catch (problem) {
    fail(problem);
  }
}

/** @param {string | null} code @param {number[]} pixel */
function showTip(code, pixel) {
  const tip = byId('tip');
  const row = code ? values.get(code) : null;
  tip.hidden = !row;
  if (!row) return;
  tip.replaceChildren(el('strong', {}, row.name),
    el('span', {}, `${number(row.value)} kt ${context().gasText}`),
    ...(row.lo === null ? [] : [el('small', {}, t('interval', { lo: number(row.lo), hi: number(row.hi) }))]));
  const room = byId('map').clientWidth - pixel[0];
  tip.style.left = `${room < 230 ? pixel[0] - 220 : pixel[0] + 16}px`;
  tip.style.top = `${pixel[1] + 16}px`;
}

/** @param {boolean} busyNow */
function busy(busyNow) {
  document.body.classList.toggle('busy', busyNow);
}

/** @param {any} problem */
function fail(problem) {
  if (problem?.name === 'AbortError') return;
  const status = byId('status');
  const offline = problem instanceof TypeError;
  status.textContent = offline ? t('offline') : t('failed', { reason: problem.message });
  status.hidden = false;
  window.clearTimeout(fail.timer);
  fail.timer = window.setTimeout(() => {
    status.hidden = true;
    if (offline && catalog.release) paintData();
  }, 6000);
}
/** @type {number | undefined} */
fail.timer = undefined;

start().catch(fail);
