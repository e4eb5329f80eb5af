// @ts-check
/**
 * A chart from its description: the picture, its legend, its table and its tools. `chart(figure)` gives the element,
 * `redraw(element, figure)` shows another figure in it without building it anew.
 */
import { el, named, namedIn } from '../dom.js';
import { t } from '../i18n.js';
import { colour, patternNumber } from './palette.js';
import * as plot from './plot.js';
import { style } from './style.js';
import { csv, table } from './table.js';

/**
 * What a chart shows. Masses are in kt, `scale` is what they are multiplied by to be read.
 * @typedef {{
 *   id: string, kind: 'stack' | 'lines' | 'bars' | 'shares' | 'tree', title: string, about?: string, unit: string,
 *   describe: string, note?: string, empty?: string,
 *   scale?: {factor: number, unit: string},
 *   columns: import('./table.js').Column[], rows: import('./table.js').Row[], csv?: string,
 *   x?: (number | string)[], series?: Series[], items?: Item[], nodes?: import('./sectors.js').Node[],
 *   links?: (code: string) => string, at?: number | string, share?: boolean
 * }} Figure
 *   about: a name of the data that the title has in it; describe: heard instead of the picture; empty: said instead of it when
 *   there is nothing to draw; csv: the server's own address of these rows, else they are written here; links: from a code to the
 *   address it leads to; at: the x that is marked; share: values are of 1
 */
/** @typedef {{id: string, name: string, paint: string, tone?: number, line?: boolean, values: (number | null)[], lo?: (number | null)[], hi?: (number | null)[]}} Series */
/** @typedef {{id: string, name: string, paint: string, tone?: number, value: number | null, lo?: number | null, hi?: number | null, marked?: boolean, strong?: boolean}} Item */
/** @typedef {{table?: boolean, patterns?: boolean, tools?: Node[], level?: number, still?: boolean, onTable?: (shown: boolean) => void}} How
 *   table: the table is seen, not only heard; tools: further tools; level of the heading; still: no tools, no movement (paper) */

/** @type {WeakMap<HTMLElement, {picture: HTMLElement, drawn: Promise<void>}>} */
const parts = new WeakMap();

/** @param {Figure} figure @param {How} [how] @returns {HTMLElement} a `figure`, filled; its picture follows when the library is there */
export function chart(figure, how = {}) {
  style('charts');
  const picture = el('div', { className: 'plot' });
  const element = el('figure', { className: 'chart', 'data-chart': figure.id });
  parts.set(element, { picture, drawn: Promise.resolve() });
  redraw(element, figure, how);
  return element;
}

/** @param {HTMLElement} element made by chart(), in the page @returns {Promise<void>} when it looks as it will, or has failed and said so */
export async function settled(element) {
  await Promise.all([style('charts'), parts.get(element)?.drawn]);
}

/** @param {HTMLElement} element made by chart() @param {Figure} figure @param {How} [how] */
export function redraw(element, figure, how = {}) {
  const part = /** @type {{picture: HTMLElement, drawn: Promise<void>}} */ (parts.get(element));
  const { picture } = part;
  const shown = Boolean(how.table) || Boolean(figure.empty);
  const focused = element.contains(document.activeElement) ? document.activeElement?.getAttribute('data-tool') : null;
  element.replaceChildren(
    head(figure, how, shown),
    ...(figure.empty
      ? [el('p', { className: 'empty' }, figure.empty)]
      : [...(how.table ? [] : [legend(figure, how)]), picture]),
    el('div', { className: shown && !figure.empty ? 'twin-box' : 'twin-box visually-hidden', tabindex: shown ? 0 : undefined, role: 'group', 'aria-label': t('dash_table_of', { name: figure.title }) }, table(figure)),
    ...(figure.note ? [el('p', { className: 'note' }, figure.note)] : []),
  );
  if (!shown) for (const anchor of element.querySelectorAll('.twin a')) anchor.setAttribute('tabindex', '-1');
  picture.hidden = Boolean(how.table);
  if (figure.empty) plot.forget(picture);
  else if (!picture.hidden) part.drawn = plot.draw(picture, figure, { patterns: Boolean(how.patterns), still: Boolean(how.still) });
  if (focused) /** @type {HTMLElement | null} */ (element.querySelector(`[data-tool=${focused}]`))?.focus();
}

/** Frees what the picture holds. @param {HTMLElement} element */
export function remove(element) {
  const part = parts.get(element);
  if (part) plot.forget(part.picture);
  element.remove();
}

/** @param {Figure} figure @param {How} how @param {boolean} shown */
function head(figure, how, shown) {
  return el('figcaption', { className: 'chart-head' },
    el(`h${how.level ?? 3}`, {}, ...namedIn(figure.title, figure.about)),
    figure.unit ? el('p', { className: 'unit' }, figure.unit) : null,
    how.still ? null : el('div', { className: 'chart-tools', role: 'group', 'aria-label': t('dash_tools', { name: figure.title }) },
      figure.empty ? null : el('button', {
        type: 'button', className: 'chart-tool', 'data-tool': 'table', 'aria-pressed': String(shown), onclick: () => how.onTable?.(!shown),
      }, t('dash_table')),
      el('a', { className: 'chart-tool', 'data-tool': 'csv', ...download(figure), 'aria-label': t('dash_csv_of', { name: figure.title }) }, 'CSV'),
      ...(how.tools ?? [])));
}

/** @param {Figure} figure @returns {Record<string, any>} attributes of a link to its rows */
function download(figure) {
  const name = `${figure.id}.csv`;
  if (figure.csv) return { href: figure.csv, download: name };
  return {
    href: '#', download: name,
    onclick: (/** @type {Event} */ event) => {
      const anchor = /** @type {HTMLAnchorElement} */ (event.currentTarget);
      const address = URL.createObjectURL(new Blob([csv(figure)], { type: 'text/csv' }));
      anchor.href = address;
      setTimeout(() => { URL.revokeObjectURL(address); anchor.href = '#'; }, 1000);
    },
  };
}

/** What the colours mean; names lead to the part they stand for. @param {Figure} figure @param {How} how */
function legend(figure, how) {
  const keys = figure.series ?? [];
  if (keys.length < 2) return el('ul', { className: 'keys', hidden: true });
  return el('ul', { className: 'keys', 'aria-hidden': figure.links ? undefined : 'true' }, ...keys.map((key) => {
    const to = key.line ? undefined : figure.links?.(key.id);
    return el('li', {}, swatch(key, how), to ? el('a', { href: to, 'data-state': '' }, named(key.name)) : named(key.name));
  }));
}

/** @param {{paint: string, tone?: number, line?: boolean}} key @param {How} how */
export function swatch(key, how) {
  const chip = el('span', { className: `swatch${key.line ? ' of-line' : ''}${how.patterns && !key.line ? ` pattern-${patternNumber(key.paint, key.tone ?? 0)}` : ''}`, 'aria-hidden': 'true' });
  chip.style.setProperty('--light', colour(key.paint, key.tone ?? 0, false));
  chip.style.setProperty('--dark', colour(key.paint, key.tone ?? 0, true));
  return chip;
}
