// @ts-check
/** The top of the dashboard: which area, which year, which weights; the figures that matter most, and the words. */
import { link } from '../api.js';
import { catalog } from '../catalog.js';
import * as questions from '../charts/figures/questions.js';
import { path } from '../charts/sectors.js';
import { weighted } from '../charts/units.js';
import { el, fillSelect, named } from '../dom.js';
import { langOf, t } from '../i18n.js';
import * as state from '../state.js';
import { above, below } from './areas.js';
import * as headline from './headline.js';

const crumbs = el('nav', { className: 'crumbs' });
const title = el('h2', { id: 'dash-title', tabindex: '-1' });
const lead = el('p', { className: 'dash-sub' });
const sectorCrumbs = el('nav', { className: 'crumbs sectors' });
const chooser = el('div', { className: 'choosers', role: 'group' });
const tiles = el('div', { className: 'tiles', role: 'list', 'aria-busy': 'true' });
const words = el('section', { className: 'words', 'aria-busy': 'true' });

/** @returns {Node[]} */
export function build() {
  for (const [name, change] of Object.entries(CHOICES)) {
    const select = el('select', { id: `dash-${name}`, onchange: () => state.set(change(/** @type {HTMLSelectElement} */ (select).value)) });
    chooser.append(el('div', { className: `chooser of-${name}` }, el('label', { for: `dash-${name}` }), select));
  }
  chooser.append(el('label', { className: 'check' },
    el('input', { type: 'checkbox', id: 'dash-patterns', onchange: (/** @type {any} */ event) => state.set({ patterns: event.target.checked }, { replace: true }) }), el('span')));
  tiles.append(...headline.empty());
  words.append(el('div', { className: 'skeleton', 'aria-hidden': 'true' }, ...['line', 'line', 'line'].map((part) => el('span', { className: part }))));
  return [
    el('header', { className: 'dash-head' }, el('div', { className: 'dash-name' }, crumbs, title, lead, sectorCrumbs), chooser),
    tiles, words,
  ];
}

/** The choosers, and what each changes. @type {Record<string, (value: string) => Partial<state.State>>} */
const CHOICES = {
  region: (value) => ({ district: value }),
  district: (value) => ({ district: value }),
  year: (value) => ({ year: Number(value) }),
  gas: (value) => ({ gas: value }),
  gwp: (value) => ({ gwp: value }),
};

/** @param {string} name @param {string} label @param {{value: string, text: string}[]} options @param {string} value */
function choice(name, label, options, value) {
  const select = /** @type {HTMLSelectElement} */ (chooser.querySelector(`#dash-${name}`));
  /** @type {HTMLElement} */ (chooser.querySelector(`label[for=dash-${name}]`)).textContent = label;
  fillSelect(select, options, value);
  return select;
}

/** @param {state.State} now @param {Map<string, import('./areas.js').Area>} known */
export function paint(now, known) {
  const way = above(known, known.get(now.district));
  const area = way.at(-1);
  crumbs.setAttribute('aria-label', t('dash_areas'));
  crumbs.replaceChildren(...trail(way.map((each) => ({ name: each.name, href: state.address({ district: each.parent ? each.district : '', chart: '' }) }))));
  title.replaceChildren(area ? named(area.name) : t('dash_no_area', { code: now.district }));
  lead.textContent = area ? [String(now.year), weighted(now)].join(' · ') : t('dash_no_area_more');
  paintSectors(now);
  paintChooser(now, known, way);
}

/** @param {state.State} now */
function paintSectors(now) {
  const way = path(catalog.sectors, now.sector);
  sectorCrumbs.hidden = !now.sector;
  sectorCrumbs.setAttribute('aria-label', t('dash_sectors'));
  sectorCrumbs.replaceChildren(...trail([{ name: t('all_sectors'), href: state.address({ sector: '' }) },
    ...way.map((sector) => ({ name: sector.name, href: state.address({ sector: sector.code }) }))]));
}

/** @param {{name: string, href: string}[]} steps the last is where one is */
function trail(steps) {
  return [el('ol', {}, ...steps.map((step, i) => el('li', {}, i < steps.length - 1
    ? el('a', { href: step.href, 'data-state': '' }, named(step.name)) : el('span', { 'aria-current': 'location' }, named(step.name)))))];
}

/** @param {state.State} now @param {Map<string, import('./areas.js').Area>} known @param {import('./areas.js').Area[]} way */
function paintChooser(now, known, way) {
  const { release, gwpSets, gases } = catalog;
  const option = (/** @type {import('./areas.js').Area} */ area) => ({ value: area.district, text: area.name, lang: langOf(area.name) });
  const country = known.get('');
  const region = way[1]?.district ?? '';
  chooser.setAttribute('aria-label', t('controls'));
  choice('region', t('dash_region'), [{ value: '', text: t('dash_whole', { name: country?.name ?? '' }) }, ...below(known, country?.district ?? '').map(option)], region);
  const district = choice('district', t('dash_district'), [{ value: region, text: t('dash_whole_region') }, ...(region ? below(known, region).map(option) : [])], way[2]?.district ?? region);
  district.disabled = !region;
  choice('year', t('year'), [...release.years].reverse().map((/** @type {number} */ year) => ({ value: String(year), text: String(year) })), String(now.year));
  choice('gas', t('gas'), [{ value: 'co2e', text: t('co2e') }, ...gases.filter((/** @type {any} */ gas) => release.gases.includes(gas.code))
    .map((/** @type {any} */ gas) => ({ value: gas.code.toLowerCase(), text: gas.name }))], now.gas);
  choice('gwp', t('gwp'), gwpSets.map((/** @type {any} */ set) => ({ value: set.code, text: set.code })), now.gwp);
  const check = /** @type {HTMLInputElement} */ (chooser.querySelector('#dash-patterns'));
  check.checked = now.patterns;
  /** @type {HTMLElement} */ (check.nextElementSibling).textContent = t('dash_patterns');
}

/** @param {questions.State} s @param {questions.Ask} ask @param {import('./areas.js').Area} area @param {AbortSignal} signal @returns {Promise<any>} what failed */
export async function fill(s, ask, area, signal) {
  const flow = /** @type {any} */ ({ emissions: 'emission', removals: 'removal', net: 'net' })[s.flow];
  for (const part of [tiles, words]) part.setAttribute('aria-busy', 'true');
  try {
    const [found, said] = await Promise.all([headline.load(s, ask, area), ask(questions.summary(s, flow))]);
    if (signal.aborted) return null;
    tiles.setAttribute('aria-label', t('dash_headline'));
    tiles.replaceChildren(...found);
    const address = questions.summary(s, flow);
    words.setAttribute('aria-label', t('dash_words'));
    words.replaceChildren(el('h3', { className: 'visually-hidden' }, t('dash_words')),
      ...said.sentences.map((/** @type {string} */ sentence) => el('p', {}, sentence)),
      el('p', { className: 'more' }, el('a', { href: link(address[0], { ...address[1], format: 'text' }) }, t('dash_words_text'))));
    return null;
  } catch (/** @type {any} */ problem) {
    if (signal.aborted || problem?.name === 'AbortError') return null;
    tiles.replaceChildren(...(problem?.offline ? headline.empty() : [])); // not the former selection's
    words.replaceChildren(el('p', {}, el('strong', {}, t(problem?.offline ? 'dash_offline' : 'dash_failed')), ' ', problem?.offline ? t('dash_offline_more') : problem?.message ?? String(problem)));
    return problem;
  } finally {
    if (!signal.aborted) for (const part of [tiles, words]) part.setAttribute('aria-busy', 'false');
  }
}
