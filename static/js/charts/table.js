// @ts-check
/** The table twin of a chart, and its rows as CSV. */
import { el, named, namedIn } from '../dom.js';
import { number, percent } from '../format.js';
import { t } from '../i18n.js';

/**
 * A column. `number` is multiplied by the factor of the figure's scale when `mass` is set, `share` is of 1.
 * @typedef {{key: string, label: string, kind: 'text' | 'year' | 'number' | 'share', mass?: boolean, unit?: string}} Column
 */
/** A row: what the columns name, and `go`, the address that its name leads to. @typedef {Record<string, any>} Row */

/** @param {Column} column @param {any} value raw @param {number} factor @returns {string} */
export function cell(column, value, factor) {
  if (value === null || value === undefined || Number.isNaN(value)) return column.kind === 'text' ? '' : t('dash_missing');
  if (column.kind === 'share') return percent(value);
  if (column.kind === 'number') return number(column.mass ? value * factor : value);
  return String(value);
}

/** @param {import('./chart.js').Figure} figure @returns {HTMLElement} */
export function table(figure) {
  const factor = figure.scale?.factor ?? 1;
  return el('table', { className: 'twin' },
    el('caption', {}, ...namedIn(figure.title, figure.about), figure.unit ? `, ${figure.unit}` : ''),
    el('thead', {}, el('tr', {}, ...figure.columns.map((column, i) =>
      el('th', { scope: 'col', className: column.kind === 'text' || i === 0 ? '' : 'figure' }, column.label)))),
    el('tbody', {}, ...figure.rows.map((row) => el('tr', { className: row.strong ? 'strong' : undefined, 'aria-current': row.marked ? 'true' : undefined },
      ...figure.columns.map((column, i) => {
        const value = row[column.key];
        const shown = cell(column, value, factor);
        const words = i === 0 && row.go ? el('a', { href: row.go, 'data-state': '' }, named(shown)) : i === 0 ? named(shown) : shown;
        if (i === 0) return el('th', { scope: 'row', 'data-code': row.code }, words);
        return el('td', {
          className: column.kind === 'text' ? '' : typeof value === 'number' ? 'figure' : 'figure missing',
          'data-key': column.key, 'data-value': typeof value === 'number' ? value : undefined,
        }, words);
      })))));
}

/** Comma-separated, as the server writes it: raw numbers, kt, empty where nothing is known. @param {import('./chart.js').Figure} figure @returns {string} */
export function csv(figure) {
  const field = (/** @type {any} */ value) => {
    const text = value === null || value === undefined ? '' : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const head = figure.columns.map((column) => column.key);
  const lines = figure.rows.map((row) => figure.columns.map((column) => field(row[column.key])).join(','));
  return `${[head.join(','), ...lines].join('\n')}\n`;
}
