// @ts-check
/** Order and pages of a table's rows. */

export const COLUMNS = ['rank', 'name', 'value', 'lo', 'hi', 'share', 'cumulative_share'];
export const PAGE = 25;

/** @param {string} sort of the address: a column, with `-` before it for the other way; '' is by rank @returns {{column: string, down: boolean}} */
export function parse(sort) {
  const down = sort.startsWith('-');
  const column = sort.replace('-', '');
  return COLUMNS.includes(column) ? { column, down } : { column: 'rank', down: false };
}

/** What a press on a heading makes of an order: its own column, and the other way when it is it already. @param {string} sort @param {string} column @returns {string} */
export function press(sort, column) {
  const now = parse(sort);
  const first = column === 'rank' || column === 'name' || column === 'cumulative_share' ? column : `-${column}`;
  const next = now.column !== column ? first : now.down ? column : `-${column}`;
  return next === 'rank' ? '' : next;
}

/**
 * A new list. What is not known comes last either way; equals stay in their order.
 * @param {any[]} rows @param {string} sort @param {string} [locale] @returns {any[]}
 */
export function sorted(rows, sort, locale = 'en') {
  const { column, down } = parse(sort);
  const compare = (/** @type {any} */ a, /** @type {any} */ b) => (typeof a === 'string' ? a.localeCompare(b, locale) : a - b);
  const nothing = (/** @type {any} */ value) => value === null || value === undefined || value === '';
  return [...rows].sort((one, two) => {
    const [a, b] = [one[column], two[column]];
    if (nothing(a) || nothing(b)) return Number(nothing(a)) - Number(nothing(b));
    return down ? compare(b, a) : compare(a, b);
  });
}

/** @param {any[]} rows @param {number} page from 0 @returns {{rows: any[], page: number, pages: number, from: number, to: number}} the nearest page there is */
export function pageOf(rows, page) {
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const its = Math.min(Math.max(0, page), pages - 1);
  const from = its * PAGE;
  return { rows: rows.slice(from, from + PAGE), page: its, pages, from: rows.length ? from + 1 : 0, to: Math.min(from + PAGE, rows.length) };
}
