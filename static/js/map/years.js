// @ts-check
/** The years: a slider, and a play through them that waits for the pictures of the next one. */
import { catalog } from '../catalog.js';
import { byId } from '../dom.js';
import { t } from '../i18n.js';
import * as state from '../state.js';
import { isStill } from './ink.js';

/** How long a year stands, in ms; longer for who wants little motion. */
const STANDS = () => (isStill() ? 2400 : 1300);

let playing = false;
/** @type {(s: import('../state.js').State) => Promise<any>} */
let ahead = async () => undefined;

/** @param {(s: import('../state.js').State) => Promise<any>} prepare what the next year's picture needs */
export function start(prepare) {
  ahead = prepare;
  byId('year').addEventListener('input', () => {
    stop();
    state.set({ year: Number(byId('year').value) }, { replace: true });
  });
  byId('play').addEventListener('click', () => (playing ? stop() : play()));
}

/** @returns {boolean} years change on their own: nothing is read aloud meanwhile */
export function isPlaying() {
  return playing;
}

/** @param {import('../state.js').State} s */
function after(s) {
  const { years } = catalog.release;
  return years[(years.indexOf(s.year) + 1) % years.length];
}

async function play() {
  playing = true;
  paintButton();
  while (playing) {
    const year = after(state.get());
    const shown = new Promise((done) => window.setTimeout(done, STANDS()));
    await Promise.all([ahead({ ...state.get(), release: catalog.release.id, year }).catch(() => undefined), playing && shown]);
    if (playing && state.get().view === 'map') state.set({ year }, { replace: true });
    else stop();
  }
}

export function stop() {
  playing = false;
  paintButton();
}

function paintButton() {
  const button = byId('play');
  button.setAttribute('aria-pressed', String(playing));
  button.setAttribute('aria-label', t(playing ? 'pause' : 'play'));
  button.title = t(playing ? 'pause' : 'play');
}

/** @param {import('../state.js').State} s */
export function paint(s) {
  const { years } = catalog.release;
  const slider = byId('year');
  slider.min = years[0];
  slider.max = years.at(-1);
  slider.value = s.year;
  byId('year-shown').textContent = String(s.year);
  byId('year-first').textContent = String(years[0]);
  byId('year-last').textContent = String(years.at(-1));
  paintButton();
}
