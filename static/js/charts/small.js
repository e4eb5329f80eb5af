// @ts-check
/** Two small charts drawn as SVG: a line over years with its interval, and bars. */
import { el, named, svg } from '../dom.js';
import { number } from '../format.js';

/**
 * @param {{year: number, value: number | null, lo: number | null, hi: number | null}[]} series
 * @param {number} shownYear
 * @param {string} label spoken description
 */
export function line(series, shownYear, label) {
  const width = 288;
  const height = 92;
  const points = series.filter((p) => p.value !== null);
  const top = Math.max(0, ...points.map((p) => Math.max(p.hi ?? 0, p.value ?? 0)));
  const bottom = Math.min(0, ...points.map((p) => Math.min(p.lo ?? 0, p.value ?? 0)));
  const first = points[0]?.year ?? 0;
  const last = points.at(-1)?.year ?? 1;
  const x = (/** @type {number} */ year) => 6 + ((year - first) / Math.max(1, last - first)) * (width - 12);
  const y = (/** @type {number} */ v) => 6 + ((top - v) / Math.max(1e-12, top - bottom)) * (height - 24);
  const path = (/** @type {{year: number, v: number}[]} */ list) =>
    list.map((p, i) => `${i ? 'L' : 'M'}${x(p.year).toFixed(1)} ${y(p.v).toFixed(1)}`).join('');
  const band = points.filter((p) => p.lo !== null && p.hi !== null);
  const area = path([
    ...band.map((p) => ({ year: p.year, v: /** @type {number} */ (p.hi) })),
    ...[...band].reverse().map((p) => ({ year: p.year, v: /** @type {number} */ (p.lo) })),
  ]);
  const shown = points.find((p) => p.year === shownYear);
  return svg('svg', { viewBox: `0 0 ${width} ${height}`, class: 'line', role: 'img', 'aria-label': label },
    svg('path', { d: `${area}Z`, class: 'band' }),
    svg('line', { x1: 6, x2: width - 6, y1: y(0), y2: y(0), class: 'zero' }),
    svg('path', { d: path(points.map((p) => ({ year: p.year, v: /** @type {number} */ (p.value) }))), class: 'trace' }),
    ...(shown ? [svg('circle', { cx: x(shown.year), cy: y(shown.value ?? 0), r: 4, class: 'now' })] : []),
    svg('text', { x: 6, y: height - 3 }, String(first)),
    svg('text', { x: width - 6, y: height - 3, 'text-anchor': 'end' }, String(last)));
}

/**
 * A table whose rows carry a bar: the numbers and the picture are one thing.
 * @param {{name: string, value: number | null, title?: string, go?: () => void, bind?: (row: HTMLElement) => void}[]} rows
 *   go: the name is a button; bind: gets the row's element
 * @param {string} caption @param {string} unit
 * @param {[string, string]} heads
 */
export function bars(rows, caption, unit, heads) {
  const most = Math.max(1e-12, ...rows.map((r) => Math.abs(r.value ?? 0)));
  return el('table', { className: 'bars' },
    el('caption', {}, caption),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, heads[0]), el('th', { scope: 'col' }, `${heads[1]} (${unit})`))),
    el('tbody', {}, ...rows.map((r) => {
      const name = r.go ? el('button', { type: 'button', className: 'link', onclick: r.go }, named(r.name)) : named(r.name);
      const meter = svg('svg', { class: 'bar', 'aria-hidden': 'true', viewBox: '0 0 100 4', preserveAspectRatio: 'none' },
        svg('rect', {
          width: (Math.abs(r.value ?? 0) / most) * 100, height: 4, class: (r.value ?? 0) < 0 ? 'sink' : 'source',
        }));
      const row = el('tr', { title: r.title }, el('th', { scope: 'row' }, name, meter), el('td', {}, number(r.value)));
      r.bind?.(row);
      return row;
    })));
}
