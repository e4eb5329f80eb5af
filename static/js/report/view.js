// @ts-check
/** The view `report`. */
import { el } from '../dom.js';
import { t } from '../i18n.js';

/** @type {HTMLElement} */
let root;

/** @param {HTMLElement} section */
export function enter(section) {
  root = section;
}

export function paint() {
  root.replaceChildren(el('h2', {}, t('view_report')));
}
