// @ts-check
/** Zoom, whole screen, where I am; the scale, and the place under the pointer. */
import * as ol from '../../vendor/ol.js';
import { byId } from '../dom.js';
import { t } from '../i18n.js';
import { inWords } from '../place.js';
import { announce, fail } from '../status.js';
import * as canvas from './canvas.js';
import { isStill } from './ink.js';

export function start() {
  const map = canvas.get();
  const scale = new ol.ScaleLine({
    units: 'metric', target: byId('scale'),
    render: (/** @type {any} */ event) => {
      ol.ScaleLine.prototype.render.call(scale, event);
      inUnits(byId('scale').querySelector('.ol-scale-line-inner'));
    },
  });
  map.addControl(scale);
  const zoom = (/** @type {number} */ by) => () => map.getView().animate({ zoom: map.getView().getZoom() + by, duration: isStill() ? 0 : 200 });
  byId('zoom-in').addEventListener('click', zoom(1));
  byId('zoom-out').addEventListener('click', zoom(-1));
  byId('full').addEventListener('click', full);
  byId('full').hidden = !document.fullscreenEnabled;
  document.addEventListener('fullscreenchange', onFull);
  byId('locate').addEventListener('click', locate);
}

/** The library knows the units of one language. @param {HTMLElement | null} bar `200 km`, or as it was said in another language */
function inUnits(bar) {
  const [, size, unit] = bar?.textContent?.match(/^([\d.]+) (\S+)$/) ?? [];
  if (!bar || !size) return;
  const text = `${size} ${t(/^[kк]/.test(unit) ? 'unit_km' : 'unit_m')}`;
  if (bar.textContent !== text) bar.textContent = text;
}

function full() {
  if (document.fullscreenElement) document.exitFullscreen();
  else byId('view-map').requestFullscreen().catch(fail);
}

/** Of the whole screen only the map's own elements are seen: what failed is told among them. */
function onFull() {
  const whole = document.fullscreenElement;
  byId('full').setAttribute('aria-pressed', String(whole !== null));
  if (whole) whole.prepend(byId('told'));
  else document.querySelector('main')?.before(byId('told'));
}

/** Asks the browser, and only now: nothing is asked before the button is pressed. */
function locate() {
  const here = navigator.geolocation;
  if (!here) return fail(new Error(t('no_location')));
  here.getCurrentPosition(
    ({ coords }) => {
      canvas.flyTo(coords.longitude, coords.latitude, 11);
      announce(t('you_are_at', { place: inWords(coords.longitude, coords.latitude) }));
    },
    () => fail(new Error(t('no_location'))));
}

/** @param {number[] | null} place longitude and latitude under the pointer */
export function showPlace(place) {
  byId('coordinates').textContent = place ? inWords(place[0], place[1]) : '';
}

/** @param {import('../state.js').State} s */
export function paint(s) {
  byId('locate').hidden = !s.locate;
  inUnits(byId('scale').querySelector('.ol-scale-line-inner')); // another language may have been chosen
}
