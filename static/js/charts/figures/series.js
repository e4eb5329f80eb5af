// @ts-check
/** Emissions and removals by sector over the years, with the net line. */
import { link } from '../../api.js';
import { catalog } from '../../catalog.js';
import { t } from '../../i18n.js';
import { address } from '../../state.js';
import { branches } from '../sectors.js';
import { massText, range, scaleFor, unitText } from '../units.js';
import * as questions from './questions.js';

/** @param {questions.State} s @param {questions.Ask} ask @returns {Promise<import('../chart.js').Figure>} */
export async function load(s, ask) {
  const [parts, net] = await Promise.all([ask(questions.sectorsByYear(s)), ask(questions.netByYear(s))]);
  return figure(s, parts.rows, net.rows, catalog.sectors);
}

/**
 * Sums of branches by year, removals below zero.
 * @param {any[]} rows year, sector, flow, value in kt @param {import('../sectors.js').Sector[]} sectors @param {string} under
 * @returns {{years: number[], stacks: {branch: import('../sectors.js').Branch, flow: string, values: (number | null)[]}[]}}
 *   a stack for each branch and flow that is not zero in every year; null where the release has nothing
 */
export function stacks(rows, sectors, under) {
  const years = [...new Set(rows.map((row) => row.year))].sort((a, b) => a - b);
  const known = branches(sectors, [...new Set(rows.map((row) => row.sector))], under);
  const found = [];
  for (const flow of ['emission', 'removal']) {
    for (const branch of known) {
      const its = rows.filter((row) => row.flow === flow && branch.leaves.includes(row.sector));
      const values = years.map((year) => sum(its.filter((row) => row.year === year), flow));
      if (values.some((value) => value)) found.push({ branch, flow, values });
    }
  }
  return { years, stacks: found };
}

/** @param {any[]} rows @param {string} flow @returns {number | null} null when none has a value */
function sum(rows, flow) {
  const values = rows.map((row) => row.value).filter((value) => value !== null);
  if (!values.length) return null;
  return values.reduce((a, b) => a + b, 0) * (flow === 'removal' ? -1 : 1);
}

/**
 * @param {questions.State} s @param {any[]} rows by year, sector, flow @param {any[]} net by year
 * @param {import('../sectors.js').Sector[]} sectors @returns {import('../chart.js').Figure}
 */
export function figure(s, rows, net, sectors) {
  const { years, stacks: found } = stacks(rows, sectors, s.sector);
  const sinks = found.some((stack) => stack.flow === 'removal');
  const sources = found.some((stack) => stack.flow === 'emission');
  const line = years.map((year) => net.find((row) => row.year === year) ?? { value: null, lo: null, hi: null });
  const most = Math.max(0, ...years.map((_, i) => found.reduce((a, stack) => a + Math.max(0, stack.values[i] ?? 0), 0)));
  const scale = scaleFor([most, ...line.map((row) => row.value)]);
  const at = years.indexOf(s.year);
  const name = (/** @type {any} */ stack) => (stack.flow === 'removal' && sources ? t('dash_removals_of', { name: stack.branch.name }) : stack.branch.name);
  const links = (/** @type {string} */ id) => address({ sector: id.split(' ')[0] });
  const total = t(sinks ? 'net' : 'total');
  return {
    id: 'series', kind: 'stack', title: t('dash_series'), unit: unitText(scale, s), scale, x: years, at: s.year,
    describe: t('dash_series_says', {
      from: years[0] ?? '', to: years.at(-1) ?? '', first: massText(line[0]?.value), last: massText(line.at(-1)?.value),
      year: s.year, now: massText(line[at]?.value), range: range(line[at], scale.factor), count: found.length, total,
    }),
    empty: found.length ? undefined : t('dash_nothing'),
    csv: link(questions.sectorsByYear(s)[0], { ...questions.sectorsByYear(s)[1], format: 'csv' }),
    links,
    series: [
      ...found.map((stack) => ({
        id: `${stack.branch.code} ${stack.flow}`, name: name(stack), paint: stack.branch.paint, tone: stack.branch.tone, values: stack.values,
      })),
      ...(found.length ? [{
        id: 'net', name: total, paint: 'net', line: true, values: line.map((row) => row.value), lo: line.map((row) => row.lo ?? null), hi: line.map((row) => row.hi ?? null),
      }] : []),
    ],
    columns: [{ key: 'name', label: t('sector'), kind: 'text' }, ...years.map((year) => ({ key: String(year), label: String(year), kind: /** @type {const} */ ('number'), mass: true }))],
    rows: [
      ...found.map((stack) => ({ code: `${stack.branch.code} ${stack.flow}`, name: name(stack), go: links(stack.branch.code), ...byYear(years, stack.values) })),
      { code: 'net', name: total, strong: true, ...byYear(years, line.map((row) => row.value)) },
      { code: 'lo', name: t('dash_lo'), ...byYear(years, line.map((row) => row.lo ?? null)) },
      { code: 'hi', name: t('dash_hi'), ...byYear(years, line.map((row) => row.hi ?? null)) },
    ],
  };
}

/** @param {number[]} years @param {(number | null)[]} values @returns {Record<string, number | null>} */
function byYear(years, values) {
  return Object.fromEntries(years.map((year, i) => [String(year), values[i]]));
}
