// @ts-check
/** Which gases the emissions are made of: under each set of weights, and methane's part over the years. */
import { link } from '../../api.js';
import { catalog } from '../../catalog.js';
import { gasName, percent } from '../../format.js';
import { t } from '../../i18n.js';
import { address } from '../../state.js';
import * as questions from './questions.js';

/** @param {questions.State} s @param {questions.Ask} ask @returns {Promise<import('../chart.js').Figure>} */
export async function load(s, ask) {
  const sets = catalog.gwpSets.map((set) => set.code);
  const answers = await Promise.all(sets.map((set) => ask(questions.gasesUnder(s, set))));
  return figure(s, sets.map((set, i) => ({ set, rows: answers[i].rows })));
}

/** @param {{gas: string, value: number | null}[]} rows @returns {Map<string, number>} parts of one, of what has a value */
export function parts(rows) {
  const known = rows.filter((row) => typeof row.value === 'number' && row.value > 0);
  const total = known.reduce((sum, row) => sum + /** @type {number} */ (row.value), 0);
  return new Map(known.map((row) => [row.gas, /** @type {number} */ (row.value) / total]));
}

const ORDER = ['CO2', 'CH4', 'N2O'];
/** @param {string} gas */
const paint = (gas) => (ORDER.includes(gas) ? gas : 'F-gases');

/** @param {questions.State} s @param {{set: string, rows: any[]}[]} sets @returns {import('../chart.js').Figure} */
export function figure(s, sets) {
  const place = (/** @type {string} */ gas) => (ORDER.indexOf(gas) + 1 || 99);
  const gases = [...new Set(sets.flatMap(({ rows }) => rows.filter((row) => row.value).map((row) => row.gas)))].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  const shares = sets.map(({ rows }) => parts(rows));
  const now = shares[sets.findIndex(({ set }) => set === s.gwp)] ?? new Map();
  const fluorinated = gases.filter((gas) => !ORDER.includes(gas));
  return {
    id: 'gases', kind: 'shares', title: t('dash_gases', { year: s.year }), unit: t('dash_gases_unit'), share: true, at: s.gwp,
    describe: t('dash_gases_says', { gwp: s.gwp, year: s.year, list: gases.map((gas) => `${gasName(gas)} ${percent(now.get(gas) ?? null)}`).join('; ') }),
    empty: gases.length ? undefined : t('dash_no_emissions'),
    note: t('dash_gases_note'),
    x: sets.map(({ set }) => set),
    series: gases.map((gas) => ({ id: gas, name: gasName(gas), paint: paint(gas), tone: Math.max(0, fluorinated.indexOf(gas)), values: shares.map((share) => share.get(gas) ?? null) })),
    columns: [
      { key: 'set', label: t('gwp'), kind: 'text' },
      ...gases.flatMap((gas) => [
        { key: gas, label: `${gasName(gas)}, ${t('unit_kt')} ${t('dash_co2e')}`, kind: /** @type {const} */ ('number') },
        { key: `${gas} share`, label: `${gasName(gas)}, %`, kind: /** @type {const} */ ('share') },
      ]),
    ],
    rows: sets.map(({ set, rows }, i) => ({
      code: set, set, marked: set === s.gwp, strong: set === s.gwp, go: address({ gwp: set }),
      ...Object.fromEntries(gases.flatMap((gas) => [[gas, rows.find((row) => row.gas === gas)?.value ?? null], [`${gas} share`, shares[i].get(gas) ?? null]])),
    })),
  };
}

/** @param {questions.State} s @param {questions.Ask} ask @returns {Promise<import('../chart.js').Figure>} */
export async function loadMethane(s, ask) {
  return methane(s, (await ask(questions.gasesByYear(s))).rows);
}

/** @param {any[]} rows year, gas, value @param {string} gas @returns {{year: number, value: number | null, share: number | null}[]} its mass and its part of all gases */
export function shareByYear(rows, gas) {
  return [...new Set(rows.map((row) => row.year))].sort((a, b) => a - b).map((year) => {
    const its = rows.filter((row) => row.year === year);
    const total = its.some((row) => row.value !== null);
    return { year, value: its.find((row) => row.gas === gas)?.value ?? null, share: total ? parts(its).get(gas) ?? 0 : null };
  });
}

/** @param {questions.State} s @param {any[]} rows @returns {import('../chart.js').Figure} */
export function methane(s, rows) {
  const found = shareByYear(rows, 'CH4');
  const some = found.some((year) => year.share);
  const now = found.find((year) => year.year === s.year);
  const question = questions.gasesByYear(s);
  return {
    id: 'methane', kind: 'lines', title: t('dash_methane'), unit: t('dash_methane_unit', { gwp: s.gwp }), share: true, at: s.year,
    describe: t('dash_methane_says', { year: s.year, share: percent(now?.share), from: found[0]?.year ?? '', then: percent(found[0]?.share), gwp: s.gwp }),
    empty: some ? undefined : t('dash_no_methane'),
    x: found.map((year) => year.year),
    series: [{ id: 'CH4', name: gasName('CH4'), paint: 'CH4', line: true, values: found.map((year) => year.share) }],
    csv: link(question[0], { ...question[1], format: 'csv' }),
    columns: [
      { key: 'year', label: t('year'), kind: 'year' }, { key: 'share', label: t('dash_share'), kind: 'share' },
      { key: 'value', label: `${gasName('CH4')}, ${t('unit_kt')} ${t('dash_co2e')}`, kind: 'number' },
    ],
    rows: found.map((year) => ({ ...year, code: String(year.year), marked: year.year === s.year })),
  };
}
