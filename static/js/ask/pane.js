// @ts-check
/** The panel's tab `ask`. */
import { el } from '../dom.js';
import { t } from '../i18n.js';

/** @param {HTMLElement} root */
export async function paint(root) {
  root.replaceChildren(el('h2', {}, t('pane_ask')));
}
