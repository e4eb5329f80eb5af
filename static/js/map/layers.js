// @ts-check
/** The layers: which are shown, in which order, and how strong the colours are. */
import { byId, el } from '../dom.js';
import { t } from '../i18n.js';
import * as state from '../state.js';

/** Letters of the address and places in the stack. @type {Record<string, string>} */
export const PLACES = { m: 'main', o: 'outlines', s: 'sources', n: 'names' };

export function start() {
  byId('opacity').addEventListener('input', () => state.set({ opacity: Number(byId('opacity').value) }, { replace: true }));
  byId('locate-wanted').addEventListener('change', () => state.set({ locate: byId('locate-wanted').checked }, { replace: true }));
}

/** @param {import('../state.js').State} s @param {string} letter */
export function isShown(s, letter) {
  if (letter === 'm') return s.show !== 'none';
  if (letter === 's') return s.sources;
  return !s.hide.includes(letter);
}

/** @param {import('../state.js').State} s @param {string} letter @param {boolean} shown @returns {Partial<import('../state.js').State>} */
function toggle(s, letter, shown) {
  if (letter === 'm') return { show: shown ? 'density' : 'none' };
  if (letter === 's') return { sources: shown, source: shown ? s.source : '' };
  return { hide: shown ? s.hide.replace(letter, '') : s.hide + letter };
}

/** @param {string} order @param {string} letter @param {number} by 1 is towards the top @returns {string} */
export function moved(order, letter, by) {
  const at = order.indexOf(letter);
  const to = at + by;
  if (to < 0 || to >= order.length) return order;
  const letters = [...order];
  [letters[at], letters[to]] = [letters[to], letters[at]];
  return letters.join('');
}

/** @param {import('../state.js').State} s */
export function paint(s) {
  byId('opacity').value = s.opacity;
  byId('locate-wanted').checked = s.locate;
  const list = byId('layers');
  const focused = /** @type {any} */ (document.activeElement)?.dataset?.layer;
  list.replaceChildren(...[...s.order].reverse().map((letter) => row(s, letter)));
  if (focused) list.querySelector(`[data-layer="${focused}"]:not(:disabled)`)?.focus();
}

/** @param {import('../state.js').State} s @param {string} letter */
function row(s, letter) {
  const name = t(`layer_${PLACES[letter]}`);
  const move = (/** @type {number} */ by, /** @type {string} */ sign) => el('button', {
    type: 'button', className: 'step', 'data-layer': `${letter}${by}`, disabled: moved(s.order, letter, by) === s.order,
    'aria-label': t(by > 0 ? 'raise' : 'lower', { name }), title: t(by > 0 ? 'raise' : 'lower', { name }),
    onclick: () => state.set({ order: moved(state.get().order, letter, by) }, { replace: true }),
  }, sign);
  const box = el('input', {
    type: 'checkbox', 'data-layer': letter, checked: isShown(s, letter),
    onchange: (/** @type {any} */ event) => state.set(toggle(state.get(), letter, event.target.checked), { replace: true }),
  });
  return el('li', {}, el('label', {}, box, name), move(1, '↑'), move(-1, '↓'));
}
