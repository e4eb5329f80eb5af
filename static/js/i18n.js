// @ts-check
import { ask } from './api.js';

export const LANGUAGES = ['en', 'ru', 'uz', 'ko'];
/** @type {Record<string, string>} */
let words = {};
let language = 'en';

/** The visitor's first language among ours. */
export function preferred() {
  for (const tag of navigator.languages ?? []) {
    const short = tag.slice(0, 2).toLowerCase();
    if (LANGUAGES.includes(short)) return short;
  }
  return 'en';
}

/** @param {string} lang */
export async function load(lang) {
  words = await ask(`/i18n/${lang}.json`);
  language = lang;
  document.documentElement.lang = lang;
  for (const element of document.querySelectorAll('[data-t]')) {
    element.textContent = t(/** @type {HTMLElement} */ (element).dataset.t ?? '');
  }
  for (const element of document.querySelectorAll('[data-t-placeholder]')) {
    element.setAttribute('placeholder', t(/** @type {HTMLElement} */ (element).dataset.tPlaceholder ?? ''));
  }
}

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values] for {placeholders}
 */
export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * A quantity as people write it: three significant digits, grouped.
 * @param {number | null | undefined} value
 */
export function number(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  const options = size >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  return new Intl.NumberFormat(language === 'uz' ? 'uz-Latn-UZ' : language, options).format(value);
}

/** @param {number | null} share 0..1 */
export function percent(share) {
  if (share === null || Number.isNaN(share)) return '–';
  return new Intl.NumberFormat(language === 'uz' ? 'uz-Latn-UZ' : language,
    { style: 'percent', maximumSignificantDigits: 2 }).format(share);
}
