// @ts-check
/** The controls panel: reads the catalog, writes the state, never the map. */
import { catalog, gasText } from '../catalog.js';
import { byId, fillSelect } from '../dom.js';
import { gasName } from '../format.js';
import { t } from '../i18n.js';
import * as state from '../state.js';
import * as sides from './sides.js';
import { choiceOf } from './values.js';

const RADIOS = ['flow', 'show', 'level'];

/** Wires the inputs once. */
export function start() {
  for (const name of RADIOS) {
    for (const radio of inputs(name)) {
      radio.addEventListener('change', () => state.set({ [name]: name === 'level' ? Number(radio.value) : radio.value, ...(name === 'flow' ? {} : { only: NaN }) }));
    }
  }
  for (const name of ['gas', 'sector', 'gwp', 'by', 'gas2']) {
    byId(name).addEventListener('change', () => state.set({ [name]: byId(name).value, ...(name === 'by' ? { only: NaN } : {}) }));
  }
  byId('minus').addEventListener('change', () => state.set({ minus: Number(byId('minus').value || NaN), only: NaN }));
  byId('year2').addEventListener('change', () => state.set({ year2: Number(byId('year2').value) }));
  byId('side-by-side').addEventListener('change', () => state.set(byId('side-by-side').checked ? split() : { swipe: NaN, year2: NaN, gas2: '' }));
}

/** @param {string} name @returns {HTMLInputElement[]} */
function inputs(name) {
  return [...document.querySelectorAll(`#view-map input[name=${name}]`)].map((input) => /** @type {HTMLInputElement} */ (input));
}

/** A comparison begins with the first year, or with the last when the first is shown. */
function split() {
  const { years } = catalog.release;
  const { year } = state.get();
  return { swipe: 50, year2: year === years[0] ? years.at(-1) : years[0], gas2: '' };
}

/** Fills and sets every control for a state. @param {import('../state.js').State} s */
export function paint(s) {
  const { release, sectors, gwpSets } = catalog;
  for (const name of RADIOS) {
    for (const radio of inputs(name)) radio.checked = radio.value === String(/** @type {any} */ (s)[name]);
  }
  for (const radio of inputs('flow')) {
    radio.disabled = !release.layers.some((/** @type {string} */ l) => l.startsWith(`${radio.value}-`));
  }
  fillSelect(byId('gas'), gasOptions(s), s.gas);
  fillSelect(byId('sector'), [{ value: '', text: t('all_sectors') }, ...sectorOptions(sectors, release)], s.sector);
  fillSelect(byId('gwp'), gwpSets.map((g) => ({ value: g.code, text: g.code })), s.gwp);
  byId('gwp').disabled = s.gas !== 'co2e';
  paintAreas(s);
  paintCompare(s);
}

/** @param {import('../state.js').State} s */
function gasOptions(s) {
  const has = (/** @type {string} */ gas) => catalog.release.layers.includes(`${s.flow}-${gas}`);
  return [{ value: 'co2e', text: t('co2e'), disabled: !has('co2e') }, ...catalog.gases
    .filter((g) => catalog.release.gases.includes(g.code))
    .map((g) => ({ value: g.code.toLowerCase(), text: g.name, disabled: !has(g.code.toLowerCase()) }))];
}

/** @param {import('../state.js').State} s */
function paintAreas(s) {
  byId('areas-how').hidden = s.show !== 'districts';
  fillSelect(byId('by'), ['per_km2', 'per_capita', 'total', 'change'].map((value) => ({
    value, text: choiceOf({ ...s, by: value }),
  })), s.by);
}

/** @param {import('../state.js').State} s */
function paintCompare(s) {
  const { years } = catalog.release;
  const option = (/** @type {number} */ y) => ({ value: String(y), text: String(y) });
  fillSelect(byId('minus'), [{ value: '', text: t('nothing') }, ...years.filter((/** @type {number} */ y) => y !== s.year).map(option)],
    Number.isNaN(s.minus) ? '' : String(s.minus));
  const split_ = sides.isSplit(s);
  byId('side-by-side').checked = split_;
  byId('sides').hidden = !split_;
  if (!split_) return;
  const other = sides.other();
  byId('left-is').textContent = `${s.year} · ${s.gas === 'co2e' ? gasText(s) : gasName(s.gas.toUpperCase())}`;
  fillSelect(byId('year2'), years.map(option), String(other.year));
  fillSelect(byId('gas2'), gasOptions(s), other.gas);
}

/** Sectors with data and their ancestors, indented by depth. @param {any[]} sectors @param {any} release */
function sectorOptions(sectors, release) {
  const byCode = new Map(sectors.map((s) => [s.code, s]));
  const wanted = new Set();
  for (const leaf of release.sectors) {
    for (let code = leaf; code; code = byCode.get(code)?.parent) wanted.add(code);
  }
  const depth = (/** @type {any} */ s) => (s.parent ? 1 + depth(byCode.get(s.parent)) : 0);
  return sectors.filter((s) => wanted.has(s.code)).sort((a, b) => (a.code < b.code ? -1 : 1)).map((s) => ({
    value: s.code, text: `${'\u2003'.repeat(depth(s))}${s.code.split(':')[1]} ${s.name}`,
  }));
}
