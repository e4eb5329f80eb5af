// @ts-check
/** Long work in a pane: what is going on, how far, and a way to end it; what went wrong, and a way to try again. */
import { el } from '../dom.js';
import { t } from '../i18n.js';

/**
 * Runs questions one beside the other, with a bar of those that have answered.
 * @template T
 * @param {HTMLElement} place is replaced by the bar, when it takes longer than a moment
 * @param {AbortController} control
 * @param {string} says @param {Promise<T>[]} questions @returns {Promise<T[]>}
 */
export async function together(place, control, says, questions) {
  const bar = /** @type {any} */ (el('progress', { max: questions.length, value: 0, 'aria-label': says }));
  const box = el('div', { className: 'working' }, el('p', {}, says), bar,
    el('button', { type: 'button', className: 'button', onclick: () => control.abort() }, t('ask_cancel')));
  const later = window.setTimeout(() => place.replaceChildren(box), 250);
  place.setAttribute('aria-busy', 'true');
  for (const question of questions) question.then(() => { bar.value += 1; }, () => undefined);
  try {
    return await Promise.all(questions);
  } finally {
    window.clearTimeout(later);
    place.removeAttribute('aria-busy');
  }
}

/** What failed, in words, where the answer would stand. @param {any} problem @param {() => void} again @returns {HTMLElement} */
export function failed(problem, again) {
  const gaveUp = problem?.name === 'AbortError';
  const more = (problem?.problem?.errors ?? []).filter((/** @type {any} */ e) => e.parameter?.startsWith?.('/'));
  return el('div', { className: gaveUp ? 'notice' : 'notice bad', role: gaveUp ? null : 'alert' },
    el('p', {}, gaveUp ? t('ask_gave_up') : problem?.offline ? t('ask_offline') : t('ask_refused', { reason: problem?.message ?? String(problem) })),
    ...more.map((/** @type {any} */ e) => el('p', { className: 'sub' }, t('ask_where', { at: e.parameter, allowed: e.allowed ?? '' }))),
    el('button', { type: 'button', className: 'button', onclick: again }, t('ask_again')));
}

/** Hands a file to the visitor. @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  el('a', { href: address, download: name }).click();
  window.setTimeout(() => URL.revokeObjectURL(address), 10000);
}
