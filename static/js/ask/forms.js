// @ts-check
/** The ways to say an area: drawing, a file, positions, districts; and to say a place. */
import * as areas from '../areas.js';
import { el, named } from '../dom.js';
import { number } from '../format.js';
import { langOf, t } from '../i18n.js';
import { write } from '../place.js';
import * as state from '../state.js';
import { check, LIMITS, rounded, tooLarge } from './check.js';
import { districtsOf, encodeDistricts } from './code.js';
import { text, typed } from './shapes.js';

/** @typedef {{take: (geometry: any) => void, redraw: (kind: any, button: HTMLElement) => void, edit: () => void}} Acts */

/** @param {Acts} acts */
export function build(acts) {
  return el('div', { className: 'choices' }, drawRow(acts), el('details', { id: 'ask-more', open: true }, el('summary', {}, t('ask_more')),
    fileBox(acts), districtsForm(), positionsForm(acts), placeForm()));
}

/** @param {Acts} acts */
function drawRow(acts) {
  return el('div', { className: 'row shapes', role: 'group', 'aria-label': t('ask_draw') },
    ...['polygon', 'rectangle', 'circle'].map((kind) => {
      const button = el('button', { type: 'button', className: 'button', id: `ask-${kind}`, 'aria-pressed': 'false' }, t(`ask_${kind}`));
      button.addEventListener('click', () => acts.redraw(kind, button));
      return button;
    }));
}

/** @param {Acts} acts */
function fileBox(acts) {
  const message = el('p', { className: 'wrong', id: 'ask-file-wrong', role: 'alert', hidden: true });
  const input = /** @type {HTMLInputElement} */ (el('input', { type: 'file', id: 'ask-file', accept: '.geojson,.json,application/geo+json,application/json', className: 'visually-hidden' }));
  const read = async (/** @type {File | undefined} */ file) => {
    if (!file) return;
    message.hidden = true;
    const found = file.size > LIMITS.bytes ? tooLarge(file.size) : check(await file.text());
    if ('key' in found) return say(message, found);
    acts.take(rounded(found.geometry));
  };
  input.addEventListener('change', () => { read(input.files?.[0]); input.value = ''; });
  const box = el('div', { className: 'drop', id: 'ask-drop' },
    input, el('label', { className: 'button', for: 'ask-file' }, t('ask_file')),
    el('p', { className: 'sub' }, t('ask_limits', { size: number(LIMITS.bytes / 1024), positions: number(LIMITS.positions) })), message);
  const over = (/** @type {DragEvent} */ event, /** @type {boolean} */ is) => { event.preventDefault(); box.classList.toggle('over', is); };
  box.addEventListener('dragover', (event) => over(event, true));
  box.addEventListener('dragleave', (event) => over(event, false));
  box.addEventListener('drop', (event) => { over(event, false); read(event.dataTransfer?.files[0]); });
  return box;
}

/** @param {HTMLElement} message @param {import('./check.js').Wrong} wrong */
function say(message, wrong) {
  message.textContent = t(wrong.key, wrong.values);
  message.hidden = false;
}

/** @param {Acts} acts */
function positionsForm(acts) {
  const message = el('p', { className: 'wrong', role: 'alert', hidden: true });
  const field = /** @type {HTMLTextAreaElement} */ (el('textarea', { id: 'ask-positions', rows: 4, spellcheck: 'false', placeholder: '67.5, 40.0\n68.2, 40.4' }));
  const form = el('form', {}, el('label', { for: 'ask-positions' }, t('ask_positions_label')), field,
    el('button', { type: 'submit', className: 'button' }, t('ask_go')), message);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    message.hidden = true;
    const found = typed(field.value);
    if ('key' in found) say(message, found);
    else acts.take(found.geometry);
  });
  return form;
}

function districtsForm() {
  const select = /** @type {HTMLSelectElement} */ (el('select', { id: 'ask-district' }));
  const chips = el('ul', { className: 'chips', id: 'ask-chips' });
  const form = el('form', {}, el('label', { for: 'ask-district' }, t('ask_districts_label')),
    el('p', { className: 'row' }, select, el('button', { type: 'submit', className: 'button' }, t('ask_add'))), chips);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const codes = districtsOf(state.get().area);
    if (select.value && !codes.includes(select.value)) state.set({ area: encodeDistricts([...codes, select.value]) });
  });
  return form;
}

/** The list of districts, as soon as they are known: regions, and their districts below each. @param {HTMLElement} root */
export function fill(root) {
  const select = /** @type {HTMLSelectElement} */ (root.querySelector('#ask-district'));
  if (select.options.length > 1) return;
  const byName = (/** @type {any} */ a, /** @type {any} */ b) => a.name.localeCompare(b.name);
  select.replaceChildren(el('option', { value: '' }, t('ask_choose')), ...areas.parts('').sort(byName).flatMap((region) => [
    el('option', { value: region.district, lang: langOf(region.name) }, region.name),
    ...areas.parts(region.district).sort(byName).map((part) => el('option', { value: part.district, lang: langOf(part.name) }, `\u2003${part.name}`)),
  ]));
}

function placeForm() {
  const message = el('p', { className: 'wrong', role: 'alert', hidden: true });
  const field = /** @type {HTMLInputElement} */ (el('input', { type: 'text', id: 'ask-place', placeholder: '67.84, 40.12', inputmode: 'text' }));
  const form = el('form', {}, el('label', { for: 'ask-place' }, t('ask_place_label')),
    el('p', { className: 'row' }, field, el('button', { type: 'submit', className: 'button' }, t('ask_go'))),
    el('p', { className: 'sub' }, t('ask_place_hint')), message);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    message.hidden = true;
    const pair = field.value.match(/^\s*(-?\d+(?:\.\d+)?)[\s,;]+(-?\d+(?:\.\d+)?)\s*$/);
    if (!pair) return say(message, { key: 'ask_bad_line', values: { line: 1, text: field.value.slice(0, 40) } });
    const [lon, lat] = [Number(pair[1]), Number(pair[2])];
    if (Math.abs(lon) > 180 || Math.abs(lat) > 90) return say(message, { key: 'ask_bad_range', values: { line: 1 } });
    return state.set({ at: write(lon, lat), pane: 'area' });
  });
  return form;
}

/** What the address says stands in the forms, to be changed there. @param {HTMLElement} root @param {string} code @param {import('./area.js').Area} its */
export function show(root, code, its) {
  const field = /** @type {HTMLTextAreaElement} */ (root.querySelector('#ask-positions'));
  if (document.activeElement !== field) field.value = its.names.length ? '' : text(its.geometry);
  const codes = districtsOf(code);
  const more = /** @type {HTMLDetailsElement} */ (root.querySelector('#ask-more'));
  if (!more.contains(document.activeElement)) more.open = false; // room for the answer
  root.querySelector('#ask-chips')?.replaceChildren(...codes.map((one, i) => el('li', {}, named(its.names[i] ?? one),
    el('button', { type: 'button', 'aria-label': t('ask_remove', { name: its.names[i] ?? one }),
      onclick: () => state.set({ area: encodeDistricts(codes.filter((other) => other !== one)) }) }, '×'))));
}

/** Nothing is asked: empty forms, all of them open. @param {HTMLElement} root */
export function clear(root) {
  const field = /** @type {HTMLTextAreaElement} */ (root.querySelector('#ask-positions'));
  if (document.activeElement !== field) field.value = '';
  root.querySelector('#ask-chips')?.replaceChildren();
  /** @type {HTMLDetailsElement} */ (root.querySelector('#ask-more')).open = true;
}
