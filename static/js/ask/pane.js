// @ts-check
/** The panel's tab `ask`: an area is drawn, typed, picked or uploaded, and told in numbers. */
import { el, named } from '../dom.js';
import { t } from '../i18n.js';
import * as found from '../map/found.js';
import * as state from '../state.js';
import { announce } from '../status.js';
import * as answer from './answer.js';
import * as area from './area.js';
import * as drawing from './draw.js';
import * as forms from './forms.js';
import { failed, together } from './work.js';

let going = new AbortController();
/** What is painted, so that the same is not asked again. */
let painted = '';
/** In which language the forms are. */
let built = '';
/** @type {HTMLElement} */ let choices;
/** @type {HTMLElement} */ let result;
/** @type {HTMLElement} */ let intro;

/** @param {HTMLElement} root @param {import('../state.js').State} now */
export async function paint(root, now) {
  if (built !== now.lang) build(root, now.lang);
  forms.fill(choices);
  const key = JSON.stringify([now.area, ...state.SELECTION.map((name) => /** @type {any} */ (now)[name])]);
  if (key === painted) return undefined;
  painted = key;
  going.abort();
  going = new AbortController();
  intro.hidden = now.area !== '';
  result.hidden = !now.area;
  if (!now.area) return forms.clear(choices);
  return answerFor(now, going);
}

export function leave() {
  drawing.cancel();
}

/** @param {HTMLElement} root @param {string} lang */
function build(root, lang) {
  built = lang;
  painted = '';
  result = el('div', { className: 'result', id: 'ask-result' });
  choices = forms.build({ take, redraw, edit });
  intro = el('p', { className: 'sub' }, t('ask_empty_state'));
  root.replaceChildren(el('h2', {}, t('ask_title')), intro, choices, result);
}

/** A new area. @param {any} geometry Polygon or MultiPolygon */
function take(geometry) {
  state.set({ area: area.codeFor(geometry), pane: 'ask' });
  if (window.innerWidth <= 900) result.scrollIntoView({ block: 'start' }); // the panel is below the map
}

/** @param {drawing.Kind} kind @param {HTMLElement} button */
function redraw(kind, button) {
  button.setAttribute('aria-pressed', 'true');
  found.showArea(null);
  let taken = false;
  drawing.start(kind, (geometry) => { taken = true; take(geometry); }, () => {
    button.setAttribute('aria-pressed', 'false');
    window.setTimeout(() => { if (!taken) restore(); });
  });
}

/** The area of the address again, after a drawing that came to nothing. */
async function restore() {
  const { area: code } = state.get();
  found.showArea(code ? (await area.resolve(code)).geometry : null);
}

/** Moving of corners: asked anew after each. */
function edit() {
  drawing.edit((geometry) => state.set({ area: area.codeFor(geometry) }), () => undefined);
}

/** @param {import('../state.js').State} now @param {AbortController} control */
async function answerFor(now, control) {
  const again = () => { painted = ''; attempt(now); };
  try {
    const its = await area.resolve(now.area);
    if (control.signal.aborted) return;
    forms.show(choices, now.area, its);
    if (!its.geometry) {
      result.replaceChildren(el('div', { className: 'notice' }, el('p', {}, t(its.where === 'lost' ? 'ask_lost' : 'ask_broken'))));
      return;
    }
    const [one, total, detail, summary] = await together(result, control, t('ask_working'), answer.questions(its.geometry, control.signal));
    if (control !== going) return;
    const answers = { now: one, total, detail, summary };
    result.replaceChildren(head(its, now), ...answer.draw(answers, its.geometry, now));
    announce(answer.said(answers, now));
  } catch (problem) {
    if (control !== going) return;
    result.replaceChildren(failed(problem, again), clearButton());
  }
}

/** @param {import('../state.js').State} now */
function attempt(now) {
  going = new AbortController();
  result.replaceChildren();
  answerFor(now, going);
}

/** @param {area.Area} its @param {import('../state.js').State} now */
function head(its, now) {
  const name = its.names.length ? its.names.join(' + ') : t('ask_drawn');
  return el('div', { className: 'answer-head' },
    el('h3', {}, named(name)),
    el('p', { className: 'sub' }, `${t(now.flow)} · ${now.year}`),
    its.where === 'kept' ? el('div', { className: 'notice' }, el('p', {}, t('ask_not_in_link'))) : null,
    el('p', { className: 'row' },
      its.names.length ? null : el('button', { type: 'button', className: 'button', id: 'ask-edit', onclick: edit }, t('ask_edit')),
      el('button', { type: 'button', className: 'button', id: 'ask-hot', onclick: () => state.set({ pane: 'rank' }, { replace: true }) }, t('ask_hot')),
      el('button', { type: 'button', className: 'button', id: 'ask-zoom', onclick: () => found.goTo(its.geometry) }, t('ask_zoom')),
      clearButton()));
}

function clearButton() {
  return el('button', { type: 'button', className: 'button', id: 'ask-clear', onclick: () => state.set({ area: '' }) }, t('ask_clear'));
}
