// @ts-check
/** Drawing on the map: a bar over it says what to do; Enter ends, Escape gives up, Backspace takes back, Space puts the cross. */
import { byId, el } from '../dom.js';
import { t } from '../i18n.js';
import * as pencil from '../map/pencil.js';
import { announce } from '../status.js';
import { circle, distance, rectangle } from './shapes.js';

/** @typedef {'polygon' | 'rectangle' | 'circle'} Kind */

/** Corners of the present drawing. */
let put = 0;

/** @type {(() => void) | null} what ends the present one without a shape */
let giveUp = null;

/** @param {string} key @param {() => void} act @param {string} [kind] */
function button(key, act, kind = '') {
  return el('button', { type: 'button', className: `button ${kind}`, onclick: act }, t(key));
}

/** @param {Kind} kind @param {(geometry: any) => void} done gets a Polygon @param {() => void} ended called however it ends */
export function start(kind, done, ended) {
  cancel();
  const undo = button('ask_undo', pencil.undo);
  const finish = button('ask_finish', pencil.finish, 'primary');
  const bar = show(...hint(kind), ...(kind === 'polygon' ? [undo, finish] : []), button('ask_cancel', cancel));
  const count = (/** @type {number} */ points) => {
    put = points;
    undo.toggleAttribute('disabled', points < 1);
    finish.toggleAttribute('disabled', points < 3);
  };
  count(0);
  listenTo(kind, bar, ended);
  pencil.draw(kind, {
    shape: kind === 'circle' ? (from, to) => circle(from, Math.max(1, distance(from, to))) : rectangle,
    changed: count,
    done: (geometry) => { end(bar, ended); done(geometry); },
  });
  announce(`${t(`ask_hint_${kind}`)} ${t(`ask_keys_${kind}`)}`);
}

/** The shown area's corners are moved. @param {(geometry: any) => void} changed @param {() => void} ended */
export function edit(changed, ended) {
  cancel();
  const bar = show(...hint('edit'), button('ask_done', cancel, 'primary'));
  listenTo('edit', bar, ended);
  pencil.edit(changed);
  announce(`${t('ask_hint_edit')} ${t('ask_keys_edit')}`);
}

/** What to do; how by keyboard is left out on a small screen. @param {Kind | 'edit'} kind @returns {HTMLElement[]} */
function hint(kind) {
  return [el('p', {}, t(`ask_hint_${kind}`)), el('p', { className: 'sub keys' }, t(`ask_keys_${kind}`))];
}

export function cancel() {
  giveUp?.();
}

/** @param {...Node} children */
function show(...children) {
  const bar = el('div', { className: 'drawbar', role: 'group', 'aria-label': t('ask_drawing') }, ...children);
  byId('map').append(bar);
  byId('map').focus({ preventScroll: true });
  byId('map').scrollIntoView({ block: 'nearest' });
  return bar;
}

/** @type {((event: KeyboardEvent) => void) | null} */
let keys = null;

/** @param {Kind | 'edit'} kind @param {HTMLElement} bar @param {() => void} ended */
function listenTo(kind, bar, ended) {
  giveUp = () => { pencil.stop(); end(bar, ended); announce(t('ask_ended')); };
  const onMap = (/** @type {KeyboardEvent} */ event) => event.target === byId('map') || event.target === document.body;
  keys = (event) => {
    const act = {
      Escape: cancel,
      ...(onMap(event) ? { Enter: () => { if (kind === 'polygon' && put >= 3) pencil.finish(); }, Backspace: pencil.undo, ' ': pencil.put } : {}),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  window.addEventListener('keydown', keys, true);
}

/** @param {HTMLElement} bar @param {() => void} ended */
function end(bar, ended) {
  if (keys) window.removeEventListener('keydown', keys, true);
  keys = null;
  giveUp = null;
  bar.remove();
  ended();
}
