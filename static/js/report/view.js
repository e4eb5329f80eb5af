// @ts-check
/** The view `report`: one area on paper. The browser prints it, and saves it as PDF. */
import { common, link } from '../api.js';
import { remove, settled } from '../charts/chart.js';
import { el, useSheet } from '../dom.js';
import { t } from '../i18n.js';
import * as state from '../state.js';
import { announce, attempt } from '../status.js';
import { read } from './data.js';
import { draw, mapSelection } from './page.js';
import { paint as paintPicture } from './picture.js';

/** Pixels of the printed map: 180 mm wide at 200 a inch. */
const PRINTED = [1440, 1000];
/** Of the file: four times as much, for slides and posters. */
const FILE = [2400, 1700];

/** @type {HTMLElement} */
let root;
let going = new AbortController();

/** @param {HTMLElement} section */
export async function enter(section) {
  root = section;
  await useSheet('report.css');
}

export function leave() {
  going.abort();
}

/** Charts hold on to their elements until they are let go. */
function clear() {
  for (const element of root.querySelectorAll('.chart')) remove(/** @type {HTMLElement} */ (element));
}

/** Paper that is printed sooner would have empty frames, and fewer pages. */
async function allDrawn() {
  await Promise.all([...root.querySelectorAll('.chart')].map((element) => settled(/** @type {HTMLElement} */ (element))));
}

/** @param {import('../state.js').State} now @param {import('../state.js').State | null} before */
export async function paint(now, before) {
  if (before && !state.differs(now, before, ...state.SELECTION, 'minus', 'district', 'show', 'by', 'level')) return;
  going.abort();
  going = new AbortController();
  const { signal } = going;
  clear();
  root.replaceChildren(el('p', { className: 'empty' }, t('loading')));
  try {
    const report = await read(signal);
    const contents = pictureOf(report);
    const map = await paintPicture(contents, PRINTED[0], PRINTED[1], { dressed: false }, signal);
    root.replaceChildren(actions(report, contents), draw(report, map));
    await allDrawn();
    if (signal.aborted) return;
    /** @type {HTMLButtonElement} */ (root.querySelector('#report-print')).disabled = false;
    announce(t('report_ready', { name: report.one.district.name }));
  } catch (problem) {
    if (!signal.aborted) root.replaceChildren(failed());
    throw problem;
  }
}

function failed() {
  return el('p', { className: 'empty' }, t('report_failed'), ' ',
    el('button', { type: 'button', className: 'button', onclick: () => attempt(() => paint(state.get(), null)) }, t('again')));
}

/** @param {import('./data.js').Report} report @returns {import('./picture.js').Contents} */
function pictureOf({ one, release, state: s, outlines, partOutlines, coloured, legend }) {
  const [west, south, east, north] = one.district.bbox;
  return {
    title: one.district.name,
    subtitle: mapSelection(s),
    note: [release.warning, `${release.id}.`, release.attribution].filter(Boolean).join(' '),
    box: { west, south, east, north }, outlines, parts: partOutlines, coloured, legend, state: s,
  };
}

/** @param {import('./data.js').Report} report @param {import('./picture.js').Contents} contents */
function actions(report, contents) {
  const { one, state: s } = report;
  const csv = link('/v1/summary', { ...common(s), district: one.district.code, format: 'csv' });
  return el('div', { className: 'actions' },
    el('button', { type: 'button', className: 'button primary', id: 'report-print', disabled: true, onclick: () => window.print() }, t('report_print')),
    el('button', { type: 'button', className: 'button', id: 'report-png', onclick: () => attempt(() => save(contents, s)) }, t('report_png')),
    el('a', { className: 'button', href: csv, download: true }, t('download_csv')),
    el('p', { className: 'soft' }, t('report_hint')));
}

/** @param {import('./picture.js').Contents} contents @param {import('../state.js').State} s */
async function save(contents, s) {
  const canvas = await paintPicture(contents, FILE[0], FILE[1], { dressed: true });
  const blob = await new Promise((done) => { canvas.toBlob(done, 'image/png'); });
  const anchor = el('a', { href: URL.createObjectURL(blob), download: `fluxgrid-${s.district || 'country'}-${s.flow}-${s.gas}-${s.show === 'districts' ? `${s.by}-` : ''}${s.year}.png` });
  anchor.click();
  window.setTimeout(() => URL.revokeObjectURL(anchor.getAttribute('href') ?? ''), 60000);
  announce(t('report_saved'));
}
