// @ts-check
/** The cell under the last click: its sectors and the sources near it. */
import { gasText } from '../catalog.js';
import { bars } from '../charts/small.js';
import { el } from '../dom.js';
import { number } from '../format.js';
import { t } from '../i18n.js';
import { mergeBySector } from './area.js';

/** @param {import('../place.js').Spot} spot @param {import('../state.js').State} s @returns {Node} */
export function draw(spot, s) {
  const { answer, lat, lon } = spot;
  const rows = mergeBySector(answer.rows.filter((/** @type {any} */ r) => r.value));
  const names = answer.districts.map((/** @type {any} */ d) => d.name).reverse().join(', ');
  return el('section', { className: 'here' },
    el('h3', {}, t('at_point')),
    el('p', { className: 'sub' }, `${lat.toFixed(3)}° N, ${lon.toFixed(3)}° E${names ? ` · ${names}` : ''}`),
    answer.cell && rows.length
      ? bars(rows, t('cell', { area: number(answer.cell.area_km2) }), `t ${gasText(s)}`, [t('sector'), t('value')])
      : el('p', {}, t('no_data_here')),
    answer.sources.length ? el('h4', {}, t('sources_near')) : null,
    answer.sources.length ? el('ul', { className: 'sources' }, ...answer.sources.map((/** @type {any} */ source) =>
      el('li', {}, source.name, source.capacity ? ` · ${number(source.capacity)} ${source.capacity_unit}` : ''))) : null);
}
