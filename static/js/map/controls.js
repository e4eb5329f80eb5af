// @ts-check
/** The controls panel: reads the catalog, writes the state, never the map. */
import { catalog } from '../catalog.js';
import { byId, fillSelect } from '../dom.js';
import { t } from '../i18n.js';
import * as state from '../state.js';

/** @type {number | undefined} */
let timer;

/** Wires the inputs once. */
export function start() {
  for (const radio of document.querySelectorAll('input[name=flow]')) {
    radio.addEventListener('change', () => state.set({ flow: /** @type {HTMLInputElement} */ (radio).value }));
  }
  for (const name of ['gas', 'sector', 'gwp']) {
    byId(name).addEventListener('change', () => state.set({ [name]: byId(name).value }));
  }
  byId('minus').addEventListener('change', () => state.set({ minus: Number(byId('minus').value || NaN) }));
  byId('opacity').addEventListener('input', () => state.set({ opacity: Number(byId('opacity').value) }, { replace: true }));
  byId('year').addEventListener('input', () => {
    stop();
    state.set({ year: Number(byId('year').value) }, { replace: true });
  });
  byId('play').addEventListener('click', () => (timer === undefined ? play() : stop()));
}

function play() {
  const slider = byId('year');
  const step = () => {
    const next = Number(slider.value) >= Number(slider.max) ? Number(slider.min) : Number(slider.value) + 1;
    state.set({ year: next }, { replace: true });
  };
  step();
  timer = window.setInterval(step, 1400);
  paintPlay();
}

function stop() {
  window.clearInterval(timer);
  timer = undefined;
  paintPlay();
}

function paintPlay() {
  const playing = timer !== undefined;
  const button = byId('play');
  button.setAttribute('aria-pressed', String(playing));
  button.textContent = playing ? '❚❚' : '▶';
  button.setAttribute('aria-label', t(playing ? 'pause' : 'play'));
  button.title = t(playing ? 'pause' : 'play');
}

/** Fills and sets every control for a state. @param {import('../state.js').State} s */
export function paint(s) {
  const { release, gases, sectors, gwpSets } = catalog;
  for (const radio of document.querySelectorAll('input[name=flow]')) {
    const input = /** @type {HTMLInputElement} */ (radio);
    input.checked = input.value === s.flow;
    input.disabled = !release.layers.some((/** @type {string} */ l) => l.startsWith(`${input.value}-`));
  }
  const has = (/** @type {string} */ gas) => release.layers.includes(`${s.flow}-${gas}`);
  fillSelect(byId('gas'), [{ value: 'co2e', text: t('co2e'), disabled: !has('co2e') }, ...gases
    .filter((g) => release.gases.includes(g.code))
    .map((g) => ({ value: g.code.toLowerCase(), text: g.name, disabled: !has(g.code.toLowerCase()) }))], s.gas);
  fillSelect(byId('sector'), [{ value: '', text: t('all_sectors') }, ...sectorOptions(sectors, release)], s.sector);
  fillSelect(byId('gwp'), gwpSets.map((g) => ({ value: g.code, text: g.code })), s.gwp);
  byId('gwp').disabled = s.gas !== 'co2e';
  fillSelect(byId('minus'), [{ value: '', text: t('nothing') }, ...release.years
    .filter((/** @type {number} */ y) => y !== s.year)
    .map((/** @type {number} */ y) => ({ value: String(y), text: String(y) }))], Number.isNaN(s.minus) ? '' : String(s.minus));
  const slider = byId('year');
  slider.min = release.years[0];
  slider.max = release.years.at(-1);
  slider.value = s.year;
  byId('year-shown').textContent = String(s.year);
  byId('opacity').value = s.opacity;
  paintPlay();
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
