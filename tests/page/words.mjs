/* What the page's unit tests share: the page's own modules and words, outside a browser. */
import { readFileSync } from 'node:fs';
import * as i18n from '../../static/js/i18n.js';

export const LANGUAGES = ['en', 'ru', 'uz', 'ko'];

/** @param {string} lang @returns {Record<string, any>} */
export function words(lang) {
  return JSON.parse(readFileSync(new URL(`../../static/i18n/${lang}.json`, import.meta.url), 'utf8'));
}

/** Speaks a language as the page does after loading it. @param {string} lang */
export function speak(lang) {
  i18n.speak(lang, words(lang));
}
