// @ts-check
/** The search box: an ARIA combobox over all areas, in the shown language. */
import { byId, el, named } from './dom.js';
import { t } from './i18n.js';
import { announce } from './status.js';

/** @typedef {{name: string, note?: string, go: () => void}} Hit */

const MOST = 8;
/** How long typing rests before others than the areas are asked, in ms. */
const REST = 220;

/** @type {{code: string, name: string}[]} */
let areas = [];
/** Asked besides the areas. @type {((text: string, signal: AbortSignal) => Promise<Hit[]>)[]} */
const providers = [];
/** @type {Hit[]} */
let hits = [];
let active = -1;
let asking = new AbortController();

/** @param {{code: string, name: string}[]} list */
export function setAreas(list) {
  areas = list;
}

/** @param {(text: string, signal: AbortSignal) => Promise<Hit[]>} find more that a text can mean */
export function provide(find) {
  providers.push(find);
}

/** @param {(code: string) => void} choose */
export function start(choose) {
  const input = byId('search-text');
  const list = byId('search-list');
  const none = byId('search-none');
  const close = () => {
    asking.abort();
    list.hidden = true;
    none.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const take = (/** @type {Hit} */ hit) => {
    close();
    input.value = '';
    hit.go();
  };
  const show = () => {
    list.replaceChildren(...hits.map((hit, i) => el('li', {
      role: 'option', id: `found-${i}`, 'aria-selected': i === active,
      onmousedown: (/** @type {Event} */ e) => { e.preventDefault(); take(hit); },
    }, named(hit.name), hit.note ? el('small', {}, hit.note) : null)));
    list.hidden = hits.length === 0;
    none.hidden = true;
    input.setAttribute('aria-expanded', String(hits.length > 0));
    if (active >= 0) input.setAttribute('aria-activedescendant', `found-${active}`);
  };
  /** Said only when all have answered. */
  const missed = () => {
    if (hits.length || !areas.length) return;
    none.textContent = t('search_none', { text: input.value.trim() });
    none.hidden = false;
    announce(none.textContent);
  };
  const find = () => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    hits = known(input.value, choose);
    show();
    if (input.value.trim()) window.setTimeout(() => more(input.value, signal).then(() => { if (!signal.aborted) { show(); missed(); } }), REST);
  };
  input.addEventListener('input', () => { active = -1; find(); });
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const count = list.children.length;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (count) active = (active + (event.key === 'ArrowDown' ? 1 : count - 1) + (active < 0 && event.key === 'ArrowUp' ? 1 : 0)) % count;
      show();
    } else if (event.key === 'Escape') close();
  });
  byId('search').addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    const hit = list.hidden ? undefined : hits[Math.max(0, active)];
    if (hit) take(hit);
  });
}

/** @param {string} text @param {(code: string) => void} choose @returns {Hit[]} */
function known(text, choose) {
  const wanted = plain(text);
  const found = wanted ? areas.filter((a) => plain(a.name).includes(wanted)).slice(0, MOST) : [];
  return found.map(({ code, name }) => ({ name, go: () => choose(code) }));
}

/** Adds what the providers find; one that fails finds nothing. @param {string} text @param {AbortSignal} signal */
async function more(text, signal) {
  if (signal.aborted) return;
  const found = await Promise.all(providers.map((find) => find(text, signal).catch(() => [])));
  if (!signal.aborted) hits = [...hits, ...found.flat()].slice(0, MOST + 4);
}

/** Letters without case, accents and apostrophes. @param {string} text */
function plain(text) {
  return text.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f'‘’ʻʼ`]/g, '');
}
