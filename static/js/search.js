// @ts-check
/** The search box: an ARIA combobox over all areas, in the shown language. */
import { byId, el } from './dom.js';

/** @type {{code: string, name: string}[]} */
let areas = [];
let active = -1;

/** @param {{code: string, name: string}[]} list */
export function setAreas(list) {
  areas = list;
}

/** @param {(code: string) => void} choose */
export function start(choose) {
  const input = byId('search-text');
  const list = byId('search-list');
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const take = (/** @type {string} */ code) => {
    close();
    input.value = '';
    choose(code);
  };
  const show = () => {
    const wanted = plain(input.value);
    const found = wanted ? areas.filter((a) => plain(a.name).includes(wanted)).slice(0, 8) : [];
    list.replaceChildren(...found.map((a, i) => el('li', {
      role: 'option', id: `found-${i}`, 'data-code': a.code, 'aria-selected': i === active,
      onmousedown: (/** @type {Event} */ e) => { e.preventDefault(); take(a.code); },
    }, a.name)));
    list.hidden = found.length === 0;
    input.setAttribute('aria-expanded', String(found.length > 0));
    if (active >= 0) input.setAttribute('aria-activedescendant', `found-${active}`);
  };
  input.addEventListener('input', () => { active = -1; show(); });
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const count = list.children.length;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (count) active = (active + (event.key === 'ArrowDown' ? 1 : count - 1) + (active < 0 && event.key === 'ArrowUp' ? 1 : 0)) % count;
      show();
    } else if (event.key === 'Escape') close();
  });
  byId('search').addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    const code = list.children[Math.max(0, active)]?.dataset.code;
    if (code) take(code);
  });
}

/** Letters without case, accents and apostrophes. @param {string} text */
function plain(text) {
  return text.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f'‘’ʻʼ`]/g, '');
}
