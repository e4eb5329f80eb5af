// @ts-check
/** The view `dashboard`: an area in figures, charts and words. Cards stay and are filled anew; what is asked for no more is given up. */
import { ask, link } from '../api.js';
import { pinned } from '../catalog.js';
import { style } from '../charts/style.js';
import { el } from '../dom.js';
import { t } from '../i18n.js';
import * as state from '../state.js';
import { announce } from '../status.js';
import { areas } from './areas.js';
import { CARDS } from './cards.js';
import { Card } from './card.js';
import * as head from './head.js';

/** @type {HTMLElement} */
let root;
/** @type {HTMLElement} */
let board;
/** @type {Card[]} */
let cards = [];
let going = new AbortController();
/** @type {number | undefined} */
let retry;

/** @param {HTMLElement} section */
export async function enter(section) {
  root = section;
  await Promise.all([style('dashboard'), style('charts')]);
  board = el('div', { className: 'board' });
  cards = CARDS.map((kind) => new Card(kind));
  board.append(...cards.map((card) => card.element));
  root.append(el('div', { className: 'dash' }, ...head.build(), board));
  root.addEventListener('click', (event) => {
    const anchor = /** @type {Element} */ (event.target).closest?.('a[data-state]');
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    state.follow(/** @type {HTMLAnchorElement} */ (anchor).href, 'tables', 'patterns');
  });
}

export function leave() {
  going.abort();
  window.clearTimeout(retry);
}

/** @param {state.State} now @param {state.State | null} before */
export async function paint(now, before) {
  const anew = before === null || state.differs(now, before, ...state.SELECTION, 'district');
  if (anew) await fill(now);
  else for (const card of cards) card.dress(now);
  alone(now, before);
}

/** Asks for all and fills the cards as the answers come. @param {state.State} now */
async function fill(now) {
  going.abort();
  going = new AbortController();
  window.clearTimeout(retry);
  const { signal } = going;
  for (const card of cards) card.wait();
  const known = await areas(pinned(), signal);
  const area = known.get(now.district);
  root.classList.toggle('lost', !area);
  head.paint(now, known);
  if (!area) return;
  const s = { ...pinned(), district: area.district };
  const once = asker(signal);
  const failed = (await Promise.all([
    head.fill(s, once, area, signal), ...cards.map((card) => card.fill(s, now, once, area, signal)),
  ])).filter((problem) => problem);
  if (signal.aborted) return;
  if (failed.some((problem) => problem.offline)) retry = window.setTimeout(() => fill(state.get()), 6000);
  announce(failed.length ? t('dash_some_failed') : t('dash_shown', { name: area.name, year: s.year }));
}

/** Equal questions of one painting are asked once. @param {AbortSignal} signal @returns {import('../charts/figures/questions.js').Ask} */
function asker(signal) {
  /** @type {Map<string, Promise<any>>} */
  const asked = new Map();
  return ([path, params]) => {
    const key = link(path, params);
    const answer = asked.get(key) ?? ask(path, params, signal);
    asked.set(key, answer);
    answer.catch(() => asked.delete(key)); // what failed may be tried again
    return answer;
  };
}

/** One chart alone, when the address names one. @param {state.State} now @param {state.State | null} before */
function alone(now, before) {
  const chosen = cards.find((card) => card.id === now.chart && !card.element.classList.contains('absent'));
  root.classList.toggle('alone', Boolean(chosen));
  for (const card of cards) card.element.hidden = Boolean(chosen) && card !== chosen;
  if (!chosen || (before && before.chart === now.chart)) return;
  chosen.element.scrollIntoView({ block: 'nearest' });
  chosen.element.focus({ preventScroll: true });
}
