// @ts-check
/** What the colours and circles mean. A class of colours is a button: pressed, it is shown alone. */
import { byId, el } from '../dom.js';
import { mass } from '../format.js';
import { numberLocale, t } from '../i18n.js';
import * as state from '../state.js';
import { radius, sizes } from './classes.js';

/** @typedef {import('./scale.js').Scale} Scale */

/** Two scales with the same classes are one, with both titles and units. @param {Scale[]} scales @returns {Scale[]} */
export function merged(scales) {
  const [one_, two] = scales;
  const text = (/** @type {Scale} */ scale) => JSON.stringify(scale.classes.map((c) => [c.colour, c.label]));
  if (!two || text(one_) !== text(two)) return scales;
  const both = (/** @type {string} */ left, /** @type {string} */ right) => (left === right ? left : `${left} | ${right}`);
  return [{ ...one_, title: both(one_.title, two.title), unit: both(one_.unit, two.unit), lacking: one_.lacking || two.lacking }];
}

/** @param {Scale[]} given of what is shown, one for each side of a comparison */
export function draw(given) {
  const scales = merged(given);
  const target = byId('legend');
  const focused = /** @type {any} */ (document.activeElement)?.dataset?.only;
  target.replaceChildren(...scales.flatMap(one));
  if (focused !== undefined) target.querySelector(`[data-only="${focused}"]`)?.focus();
}

/** @param {Scale} scale @returns {Node[]} */
function one(scale) {
  const { only } = state.get();
  const now = scale.classes[only] ? only : NaN;
  return [
    el('h3', {}, scale.title),
    el('p', { className: 'unit' }, scale.unit),
    el('ul', { 'aria-label': t('classes') }, ...scale.classes.map((c, i) => el('li', {}, el('button', {
      type: 'button', 'data-only': String(i), 'aria-pressed': String(i === now), title: t('only_this'),
      className: now >= 0 && i !== now ? 'off' : '',
      onclick: () => state.set({ only: state.get().only === i ? NaN : i }, { replace: true }),
    }, chip(c.colour), el('span', { className: 'label' }, c.label)), tick(c, isSpare(i, scale.classes))))),
    ...(scale.lacking ? [el('p', { className: 'lacking' }, el('span', { className: 'chip hatched', 'aria-hidden': 'true' }), scale.lacking)] : []),
    ...(scale.note ? [el('p', { className: 'unit' }, scale.note)] : []),
    ...(now >= 0 ? [el('button', { type: 'button', className: 'link', onclick: () => state.set({ only: NaN }, { replace: true }) }, t('all_classes'))] : []),
  ];
}

/** The lower bound in a few letters, for a legend that lies flat where there is little height. @param {import('./scale.js').Class} its @param {boolean} spare it has no room */
function tick(its, spare) {
  if (its.from === null || spare) return null;
  return el('span', { className: 'tick', 'aria-hidden': 'true' }, brief(its.tick ?? its.from));
}

/** Many bounds with signs would run into each other: every second one is left out, on both sides alike. @param {number} i @param {import('./scale.js').Class[]} classes */
function isSpare(i, classes) {
  const isTwoSided = (classes[1]?.from ?? 0) < 0;
  return isTwoSided && classes.length > 8 && Math.min(i, classes.length - i) % 2 === 0;
}

/** With the prefixes k and M, which are the same in all languages. @param {number} value */
function brief(value) {
  const [factor, prefix] = Math.abs(value) >= 1e6 ? [1e-6, 'M'] : Math.abs(value) >= 1e3 ? [1e-3, 'k'] : [1, ''];
  const text = new Intl.NumberFormat(numberLocale(), { maximumSignificantDigits: 2 }).format(value * factor);
  return text.replace('-', '−') + prefix;
}

/** @param {string} colour */
function chip(colour) {
  const its = el('span', { className: 'chip', 'aria-hidden': 'true' });
  its.style.backgroundColor = colour;
  return its;
}

/** @param {number} most kt of the largest circle, 0 for no circles @param {string} gas what the masses are of */
export function drawSizes(most, gas) {
  const target = byId('legend-sizes');
  target.hidden = !(most > 0);
  if (target.hidden) return;
  target.replaceChildren(
    el('h3', {}, t('sources_title')),
    el('p', { className: 'unit' }, t('area_is_mass', { gas })),
    el('ul', {}, ...sizes(most).map((kt) => {
      const side = `${2 * Math.max(2, radius(kt, most))}px`;
      const ring = el('span', { className: 'ring', 'aria-hidden': 'true' });
      ring.style.width = side;
      ring.style.height = side;
      return el('li', {}, el('span', { className: 'ring-place' }, ring), mass(kt));
    })));
}

