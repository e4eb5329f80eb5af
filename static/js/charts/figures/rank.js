// @ts-check
/** Emissions per head of an area and its peers: all regions, or the districts of one region. */
import { link } from '../../api.js';
import { number } from '../../format.js';
import { t } from '../../i18n.js';
import { address } from '../../state.js';
import { range, weighted } from '../units.js';
import * as questions from './questions.js';

/** @param {questions.State} s @param {questions.Ask} ask @param {any} area the one shown: district, level, parent @returns {Promise<import('../chart.js').Figure>} */
export async function load(s, ask, area) {
  const question = peers(s, area);
  return figure(s, (await ask(question)).rows, area, question);
}

/** @param {questions.State} s @param {any} area @returns {questions.Question} the country shows its regions */
export function peers(s, area) {
  return area.level === 0 ? questions.perHead(s, area.district, 1) : questions.perHead(s, area.parent, area.level);
}

/** @param {questions.State} s @param {any[]} rows of /v1/rank, t per head @param {any} area @param {questions.Question} question @returns {import('../chart.js').Figure} */
export function figure(s, rows, area, question) {
  const known = rows.filter((row) => row.value !== null);
  const own = known.find((row) => row.district === area.district);
  const links = (/** @type {string} */ code) => address({ district: code });
  const says = { year: s.year, of: known.length, first: known[0]?.name ?? '', value: number(known[0]?.value), unit: `${t('unit_t')} ${weighted(s)}` };
  return {
    id: 'rank', kind: 'bars', title: t('dash_rank', { year: s.year }), unit: t('dash_unit_per_head', { unit: t('unit_t'), gas: weighted(s) }), links,
    scale: { factor: 1, unit: t('dash_unit_per_head', { unit: t('unit_t'), gas: weighted(s) }) },
    describe: own
      ? t('dash_rank_says', { ...says, name: own.name, rank: own.rank, its: number(own.value), range: range(own, 1) })
      : t('dash_rank_country_says', says),
    empty: known.length ? undefined : t('dash_no_population'),
    note: own ? t('dash_rank_note', { name: own.name, rank: own.rank, of: known.length }) : undefined,
    csv: link(question[0], { ...question[1], format: 'csv' }),
    items: known.map((row) => ({
      id: row.district, name: row.name, paint: row.district === area.district ? 'marked' : 'plain', value: row.value,
      lo: row.lo ?? null, hi: row.hi ?? null, marked: row.district === area.district,
    })),
    columns: [
      { key: 'name', label: t('name'), kind: 'text' }, { key: 'rank', label: t('dash_place'), kind: 'number' }, { key: 'value', label: t('value'), kind: 'number' },
      { key: 'lo', label: t('dash_lo'), kind: 'number' }, { key: 'hi', label: t('dash_hi'), kind: 'number' }, { key: 'people', label: t('population'), kind: 'number' },
      { key: 'counted', label: t('dash_counted'), kind: 'text' },
    ],
    rows: rows.map((row) => ({
      code: row.district, name: row.name, go: links(row.district), rank: row.rank, value: row.value, lo: row.lo ?? null, hi: row.hi ?? null, people: row.denominator ?? null,
      counted: row.denominator_status ? t(`dash_people_${row.denominator_status}`) : '', marked: row.district === area.district,
    })),
  };
}
