// @ts-check
/** What is under the pointer: the area and its number, of the side of the line that the pointer is on. */
import * as areas from '../areas.js';
import { gasText } from '../catalog.js';
import { byId, el, named } from '../dom.js';
import { interval, mass, massScale, number } from '../format.js';
import * as state from '../state.js';
import * as sides from './sides.js';
import * as swipe from './swipe.js';
import * as values from './values.js';

let turn = 0;

/** @param {string | null} code of the area @param {number[] | null} pixel @param {string} title of what is no area, else '' */
export async function show(code, pixel, title) {
  const mine = ++turn;
  const tip = byId('tip');
  const lines = title ? [el('strong', {}, named(title))] : code && pixel ? await linesOf(code, swipe.isRight(pixel)) : [];
  if (mine !== turn) return;
  tip.hidden = !lines.length;
  if (!lines.length || !pixel) return;
  tip.replaceChildren(...lines);
  const box = byId('map');
  tip.style.left = `${pixel[0] + 16 + tip.offsetWidth > box.clientWidth ? Math.max(4, pixel[0] - tip.offsetWidth - 12) : pixel[0] + 16}px`;
  tip.style.top = `${Math.min(pixel[1] + 16, box.clientHeight - tip.offsetHeight - 4)}px`;
}

/** @param {string} code @param {boolean} right @returns {Promise<Node[]>} */
async function linesOf(code, right) {
  const now = state.get();
  const row = areas.get(code);
  if (!row) return [];
  const s = right ? sides.other() : sides.main();
  const head = [el('strong', {}, named(row.name)), ...(sides.isSplit(now) ? [el('small', {}, String(s.year))] : [])];
  if (now.show === 'districts' || right) return [...head, ...await indicator(code, right && now.show !== 'districts' ? { ...s, by: 'total', level: row.level } : s)];
  return [...head, el('span', {}, `${mass(row.value)} ${gasText(s)}`),
    ...(row.lo === null ? [] : [el('small', {}, interval(row, massScale(row.value ?? 0)))])];
}

/** @param {string} code @param {import('../state.js').State} s @returns {Promise<Node[]>} */
async function indicator(code, s) {
  // Of areas larger than those that are coloured the same number is told.
  const level = areas.get(code)?.level === 1 ? 1 : 2;
  const { rows, unit, factor } = await values.load({ ...s, level });
  const its = rows.get(code);
  if (!its) return [];
  return [el('span', {}, its.value === null ? its.reason || number(null) : `${number(its.value * factor)} ${unit}`)];
}
