// @ts-check
/** What is emitted, what is taken up, and what remains. */
import { link } from '../../api.js';
import { catalog } from '../../catalog.js';
import { t } from '../../i18n.js';
import { address } from '../../state.js';
import { branches } from '../sectors.js';
import { massText, range, scaleFor, unitText } from '../units.js';
import * as questions from './questions.js';

/** @param {questions.State} s @param {questions.Ask} ask @returns {Promise<import('../chart.js').Figure>} */
export async function load(s, ask) {
  const [parts, flows, net] = await Promise.all([ask(questions.sectorsOfYear(s)), ask(questions.flowsByYear(s)), ask(questions.netByYear(s))]);
  const of = (/** @type {any[]} */ rows) => rows.filter((row) => row.year === s.year);
  return figure(s, parts.rows, of(flows.rows), of(net.rows)[0], catalog.sectors);
}

/** A removal below zero, its bounds turned with it. @param {any} row @returns {{value: number | null, lo: number | null, hi: number | null}} */
export function signed(row) {
  const { value = null, lo = null, hi = null } = row ?? {};
  if (row?.flow !== 'removal') return { value, lo, hi };
  const turned = (/** @type {number | null} */ v) => (v === null ? null : -v);
  return { value: turned(value), lo: turned(hi), hi: turned(lo) };
}

/**
 * @param {questions.State} s @param {any[]} rows sector, flow, value in kt @param {any[]} flows with bounds @param {any} net
 * @param {import('../sectors.js').Sector[]} sectors @returns {import('../chart.js').Figure}
 */
export function figure(s, rows, flows, net, sectors) {
  const found = branches(sectors, [...new Set(rows.map((row) => row.sector))], s.sector).flatMap((branch) => ['emission', 'removal'].map((flow) => {
    const its = rows.filter((row) => row.flow === flow && branch.leaves.includes(row.sector) && row.value !== null).map(signed);
    const single = its.length === 1 ? its[0] : null; // bounds of a sum are the server's to know
    return {
      id: `${branch.code} ${flow}`, name: flow === 'removal' ? t('dash_removals_of', { name: branch.name }) : branch.name, paint: branch.paint, tone: branch.tone,
      value: its.length ? its.reduce((sum, row) => sum + (row.value ?? 0), 0) : null, lo: single?.lo ?? null, hi: single?.hi ?? null,
    };
  })).filter((item) => item.value).sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const of = (/** @type {string} */ flow) => flows.find((row) => row.flow === flow);
  const items = [
    { id: 'emission', name: t('emissions'), paint: 'emission', strong: true, ...signed(of('emission')) },
    { id: 'removal', name: t('removals'), paint: 'removal', strong: true, ...signed(of('removal')) },
    { id: 'net', name: t('net'), paint: 'net', strong: true, ...signed(net) },
  ];
  const scale = scaleFor(items.map((item) => item.value));
  const links = (/** @type {string} */ id) => (id.includes(':') ? address({ sector: id.split(' ')[0] }) : '');
  const drawn = items.filter((item) => item.value !== null);
  return {
    id: 'balance', kind: 'bars', title: t('dash_balance', { year: s.year }), unit: unitText(scale, s), scale, links,
    describe: t('dash_balance_says', {
      year: s.year, emissions: massText(items[0].value), removals: massText(items[1].value === null ? null : -items[1].value),
      net: massText(items[2].value), range: range(items[2], scale.factor),
    }),
    empty: drawn.length ? undefined : t('dash_nothing'),
    note: items[1].value === null ? t('dash_no_removals') : undefined,
    csv: link('/v1/emissions', { ...questions.sectorsOfYear(s)[1], format: 'csv' }),
    items: [...drawn, ...found],
    columns: [
      { key: 'name', label: t('name'), kind: 'text' }, { key: 'value', label: t('value'), kind: 'number', mass: true },
      { key: 'lo', label: t('dash_lo'), kind: 'number', mass: true }, { key: 'hi', label: t('dash_hi'), kind: 'number', mass: true },
    ],
    rows: [...items, ...found].map((item) => ({ ...item, code: item.id, go: links(item.id) || undefined })),
  };
}
