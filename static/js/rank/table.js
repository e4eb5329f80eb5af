// @ts-check
/** The ranking as a table: any heading sorts, any row lights its place on the map, and is lit by it. */
import * as areas from '../areas.js';
import { span } from '../ask/answer.js';
import { el, named } from '../dom.js';
import { massScale, number, percent } from '../format.js';
import * as hover from '../hover.js';
import { locale, t } from '../i18n.js';
import * as state from '../state.js';
import { idOf, nameOf } from './things.js';
import { PAGE, pageOf, parse, press, sorted } from './sort.js';

/** @type {Map<string, HTMLElement>} the rows that are there, by what they are of */
const lines = new Map();
let page = 0;
let order = '';

/** @param {string} kind @param {string} id */
const keyOf = (kind, id) => `${kind} ${id}`;

/** Turns to the page of a row that is on none of the shown. @type {(key: string) => void} */
let turnTo = () => undefined;
/** @type {number | undefined} */
let resting;

/** A row lights when the pointer is at its place on the map; when it rests there, the row is brought into sight. */
hover.listen((thing) => {
  const lit = thing ? keyOf(thing.kind, thing.id) : '';
  light(lit);
  window.clearTimeout(resting);
  if (!thing || !document.querySelector('#map:hover')) return;
  resting = window.setTimeout(() => {
    if (!lines.has(lit)) turnTo(lit);
    light(lit);
    lines.get(lit)?.scrollIntoView({ block: 'nearest' });
  }, 250);
});

/** @param {string} lit */
function light(lit) {
  for (const [key, line] of lines) line.classList.toggle('lit', key === lit);
}

/**
 * @param {HTMLElement} root @param {any[]} rows @param {import('../state.js').State} s
 * @param {{caption: string, go: (row: any) => void}} how
 */
export function draw(root, rows, s, how) {
  if (order !== s.sort) page = 0;
  order = s.sort;
  const named = sorted(rows.map((row) => ({ ...row, name: nameOf(row) })), s.sort, locale());
  const shown = pageOf(named, page);
  turnTo = (key) => {
    const at = named.findIndex((row) => keyOf(s.rank, idOf(row)) === key);
    if (at < 0 || !root.isConnected) return;
    page = Math.floor(at / PAGE);
    draw(root, rows, s, how);
  };
  const factor = massScale(Math.max(0, ...rows.map((row) => Math.abs(row.value ?? 0))));
  lines.clear();
  const focus = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.sort;
  root.replaceChildren(
    el('table', { className: 'numbers ranking' },
      el('caption', {}, how.caption), head(s, factor.unit),
      el('tbody', {}, ...shown.rows.map((row) => line(row, s, factor, how.go)))),
    pager(shown, named.length, (next) => { page = next; draw(root, rows, s, how); }));
  if (focus) /** @type {HTMLElement | null} */ (root.querySelector(`[data-sort=${focus}]`))?.focus();
}

/** Begins at the first page again. */
export function rewind() {
  page = 0;
}

/** @param {import('../state.js').State} s @param {string} unit */
function head(s, unit) {
  const now = parse(s.sort);
  const heads = { rank: t('rank_no'), name: t('name'), value: `${t('value')}, ${unit}`, share: t('rank_share'), cumulative_share: t('rank_together') };
  return el('thead', {}, el('tr', {}, ...Object.entries(heads).map(([column, text]) => {
    const way = now.column === column ? (now.down ? 'descending' : 'ascending') : 'none';
    return el('th', { scope: 'col', 'aria-sort': way, className: column }, el('button', {
      type: 'button', 'data-sort': column, onclick: () => state.set({ sort: press(state.get().sort, column) }),
    }, text));
  })));
}

/** @param {any} row @param {import('../state.js').State} s @param {{factor: number}} scale @param {(row: any) => void} go */
function line(row, s, scale, go) {
  const kind = s.rank;
  const its = el('tr', { 'data-id': idOf(row) },
    el('td', {}, String(row.rank)),
    el('th', { scope: 'row' }, el('button', { type: 'button', className: 'link', onclick: () => go(row) }, s.rank === 'cell' ? row.name : named(row.name)),
      below(row, s) ? el('span', { className: 'interval' }, named(below(row, s))) : null),
    el('td', {}, number(row.value === null ? null : row.value * scale.factor), el('span', { className: 'interval' }, span(row, scale.factor))),
    el('td', {}, percent(row.share)), el('td', {}, percent(row.cumulative_share)));
  hover.bind(its, /** @type {any} */ ({ kind, id: idOf(row) }));
  lines.set(keyOf(kind, idOf(row)), its);
  return its;
}

/** Whose it is, or where. @param {any} row @param {import('../state.js').State} s @returns {string} */
function below(row, s) {
  if (row.operator) return row.operator;
  return row.district && row.district !== s.district && s.rank !== 'district' ? areas.get(row.district)?.name ?? '' : '';
}

/** @param {{page: number, pages: number, from: number, to: number}} shown @param {number} all @param {(page: number) => void} turn */
function pager(shown, all, turn) {
  if (shown.pages < 2) return '';
  const button = (/** @type {string} */ id, /** @type {string} */ text, /** @type {number} */ to) => el('button', {
    type: 'button', className: 'button', id, disabled: to < 0 || to >= shown.pages, onclick: () => {
      turn(to);
      const again = document.querySelector(`#${id}:not(:disabled)`) ?? document.querySelector('.pager button:not(:disabled)');
      /** @type {HTMLElement | null} */ (again)?.focus();
    },
  }, text);
  return el('p', { className: 'row pager' }, button('rank-before', t('rank_before'), shown.page - 1),
    el('span', { 'aria-live': 'polite' }, t('rank_shown', { from: number(shown.from), to: number(shown.to), all: number(all) })),
    button('rank-after', t('rank_after'), shown.page + 1));
}
