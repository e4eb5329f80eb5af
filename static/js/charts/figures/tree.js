// @ts-check
/** Where the emissions of the year come from: sectors within sectors. */
import { link } from '../../api.js';
import { catalog } from '../../catalog.js';
import { percent } from '../../format.js';
import { t } from '../../i18n.js';
import { address } from '../../state.js';
import { ends, tree } from '../sectors.js';
import { massText, scaleFor, unitText } from '../units.js';
import * as questions from './questions.js';

/** @param {questions.State} s @param {questions.Ask} ask @returns {Promise<import('../chart.js').Figure>} */
export async function load(s, ask) {
  return figure(s, (await ask(questions.sectorsOfYear(s))).rows, catalog.sectors);
}

/** @param {questions.State} s @param {any[]} rows sector, flow, value, lo, hi in kt @param {import('../sectors.js').Sector[]} sectors @returns {import('../chart.js').Figure} */
export function figure(s, rows, sectors) {
  const emitted = rows.filter((row) => row.flow === 'emission');
  const nodes = tree(sectors, new Map(emitted.map((row) => [row.sector, row.value ?? 0])), s.sector);
  const total = nodes.reduce((sum, node) => sum + node.value, 0);
  const scale = scaleFor([total]);
  const links = (/** @type {string} */ code) => address({ sector: code });
  const largest = ends(nodes).sort((a, b) => b.value - a.value);
  const names = new Map(sectors.map((sector) => [sector.code, sector.name]));
  return {
    id: 'tree', kind: 'tree', title: t('dash_tree', { year: s.year }), unit: unitText(scale, s), scale, nodes, links,
    describe: t('dash_tree_says', { year: s.year, total: massText(total), largest: largest.slice(0, 3).map((node) => `${node.name} ${percent(node.value / total)}`).join('; ') }),
    empty: nodes.length ? undefined : t('dash_no_emissions'),
    note: t('dash_tree_note'),
    csv: link('/v1/emissions', { ...questions.sectorsOfYear(s)[1], format: 'csv' }),
    columns: [
      { key: 'name', label: t('sector'), kind: 'text' },
      { key: 'value', label: t('value'), kind: 'number', mass: true },
      { key: 'lo', label: t('dash_lo'), kind: 'number', mass: true }, { key: 'hi', label: t('dash_hi'), kind: 'number', mass: true },
      { key: 'share', label: t('dash_share'), kind: 'share' },
    ],
    rows: emitted.map((row) => ({
      code: row.sector, name: names.get(row.sector) ?? row.sector, go: links(row.sector), value: row.value, lo: row.lo ?? null, hi: row.hi ?? null,
      share: row.value === null || !total ? null : row.value / total,
    })).sort((a, b) => (b.value ?? -1) - (a.value ?? -1)),
  };
}
