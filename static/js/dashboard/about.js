// @ts-check
/** What stands under the card of quality: method, sources, warning, licence, what is missing, and whether the sums hold. */
import { catalog } from '../catalog.js';
import * as questions from '../charts/figures/questions.js';
import { el, named } from '../dom.js';
import { date, gasName, number } from '../format.js';
import { t } from '../i18n.js';
import { link } from '../api.js';

/** @param {questions.State} s @param {questions.Ask} ask @returns {Promise<Node[]>} */
export async function nodes(s, ask) {
  const slices = await ask(questions.slicesOfYear(s));
  const { release } = catalog;
  return [el('dl', { className: 'about' },
    ...item(t('dash_release'), el('span', {}, `${release.title}. ${t('dash_published', { id: release.id, date: date(release.published) })} `,
      el('a', { href: link(`/v1/releases/${release.id}`) }, 'JSON'), el('small', { className: 'sum' }, `SHA-256 ${release.sha256.slice(0, 16)}…`))),
    ...(release.warning ? item(t('dash_warning'), el('strong', {}, release.warning)) : []),
    ...item(t('dash_method'), named(release.method)),
    ...item(t('dash_sources'), el('ul', {}, ...sources(slices.provenance).map((source) => el('li', {}, named(source))))),
    ...item(t('dash_audit'), el('span', {}, audit(s, ask), ' ', el('a', { href: link('/v1/audit', { release: s.release, format: 'csv' }) }, 'CSV'))),
    ...item(t('dash_lacks'), el('ul', {}, ...missing(slices.rows).map((lack) => el('li', {}, lack)))),
    ...item(t('dash_licence'), named(`${release.licence}. ${release.attribution}`)))];
}

/** Whether the sums hold; the server may take its time to add them up, and nothing waits for it. @param {questions.State} s @param {questions.Ask} ask */
function audit(s, ask) {
  const said = el('span', { className: 'audit' }, t('dash_audit_going'));
  ask(questions.audit(s)).then(({ checks }) => {
    const bad = checks.filter((/** @type {any} */ check) => !check.ok).length;
    const count = bad || checks.length;
    said.textContent = t(bad ? 'dash_audit_bad' : 'dash_audit_good', { count, of: number(checks.length), shown: number(count) });
  }, () => { said.textContent = t('dash_audit_unknown'); });
  return said;
}

/** @param {string} term @param {string | Node} what */
function item(term, what) {
  return [el('div', {}, el('dt', {}, term), el('dd', {}, what))];
}

/** @param {any[]} provenance @returns {string[]} each data set once, with its documents and how it was worked on */
export function sources(provenance) {
  return [...new Set((provenance ?? []).map((source) => [source.dataset, source.document, source.transformation].filter(Boolean).join('. ')))];
}

/** @param {any[]} rows @returns {string[]} in words: gases, sectors, months and intervals that are not there */
export function missing(rows) {
  const { release, gases, sectors } = catalog;
  const lacks = [];
  const gone = gases.filter((/** @type {any} */ gas) => !release.gases.includes(gas.code)).map((/** @type {any} */ gas) => gasName(gas.code));
  if (gone.length) lacks.push(t('dash_lacks_gases', { count: gone.length, list: list(gone) }));
  const top = (/** @type {any} */ sector) => sector.code.split('.').length === 2 && !sector.memo;
  const empty = sectors.filter((/** @type {any} */ sector) => top(sector)
    && !release.sectors.some((/** @type {string} */ code) => code === sector.code || code.startsWith(`${sector.code}.`))).map((/** @type {any} */ sector) => sector.name);
  if (empty.length) lacks.push(t('dash_lacks_sectors', { count: empty.length, list: list(empty) }));
  if (!release.monthly_years.length) lacks.push(t('dash_lacks_months'));
  const years = release.years.at(-1) - release.years[0] + 1 - release.years.length;
  if (years > 0) lacks.push(t('dash_lacks_years', { count: years }));
  const blank = rows.filter((row) => row.value === null).length;
  if (blank) lacks.push(t('dash_lacks_values', { count: blank }));
  const bare = rows.filter((row) => row.value && row.lo === null).length;
  if (bare) lacks.push(t('dash_lacks_intervals', { count: bare }));
  return lacks.length ? lacks : [t('dash_lacks_nothing')];
}

/** The first of many. @param {string[]} names */
function list(names) {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} …` : names.join(', ');
}
