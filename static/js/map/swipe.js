// @ts-check
/** A line over the map: what is left of it is one state, what is right of it the other. */
import * as ol from '../../vendor/ol.js';
import { byId } from '../dom.js';
import { gasText } from '../catalog.js';
import { t } from '../i18n.js';
import * as state from '../state.js';
import * as canvas from './canvas.js';
import * as sides from './sides.js';

/** How far the line moves by an arrow key, in percent of the width. */
const STEP = 2;

/** @param {any[]} left layers @param {any[]} right layers */
export function start(left, right) {
  for (const layer of left) clip(layer, true);
  for (const layer of right) clip(layer, false);
  const line = byId('swipe');
  line.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const to = { ArrowLeft: at() - STEP, ArrowRight: at() + STEP, Home: 0, End: 100 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  });
  line.addEventListener('pointerdown', (/** @type {PointerEvent} */ event) => {
    line.setPointerCapture(event.pointerId);
    const drag = (/** @type {PointerEvent} */ now) => {
      const box = byId('map').getBoundingClientRect();
      move(((now.clientX - box.left) / box.width) * 100);
    };
    line.addEventListener('pointermove', drag);
    line.addEventListener('lostpointercapture', () => line.removeEventListener('pointermove', drag), { once: true });
  });
}

/** @returns {number} percent of the width */
function at() {
  return state.get().swipe;
}

/** @param {number} to */
function move(to) {
  state.set({ swipe: Math.round(Math.max(0, Math.min(100, to)) * 10) / 10 }, { replace: true });
}

/** @param {number[]} pixel of the map @returns {boolean} it is right of the line */
export function isRight(pixel) {
  return sides.isSplit(state.get()) && pixel[0] > (canvas.get().getSize()[0] * at()) / 100;
}

/** @param {any} layer @param {boolean} isLeft */
function clip(layer, isLeft) {
  layer.on('prerender', (/** @type {any} */ event) => {
    const pen = event.context;
    pen.save();
    if (!sides.isSplit(state.get())) return;
    const [width, height] = canvas.get().getSize();
    const x = (width * at()) / 100;
    const corners = isLeft ? [[0, 0], [x, 0], [x, height], [0, height]] : [[x, 0], [width, 0], [width, height], [x, height]];
    pen.beginPath();
    corners.forEach((corner, i) => {
      const [px, py] = ol.getRenderPixel(event, corner);
      if (i) pen.lineTo(px, py);
      else pen.moveTo(px, py);
    });
    pen.closePath();
    pen.clip();
  });
  layer.on('postrender', (/** @type {any} */ event) => event.context.restore());
}

/** @param {import('../state.js').State} s */
export function paint(s) {
  const line = byId('swipe');
  line.hidden = !sides.isSplit(s);
  if (line.hidden) return;
  line.style.left = `${s.swipe}%`;
  line.setAttribute('aria-valuenow', String(s.swipe));
  const [left, right] = [sides.main(), sides.other()];
  const say = (/** @type {import('../state.js').State} */ one) =>
    (left.gas === right.gas ? String(one.year) : left.year === right.year ? gasText(one) : `${one.year} · ${gasText(one)}`);
  line.setAttribute('aria-valuetext', t('swipe_value', { left: say(left), right: say(right), percent: Math.round(s.swipe) }));
  line.querySelector('.left').textContent = say(left);
  line.querySelector('.right').textContent = say(right);
  canvas.get().render();
}
