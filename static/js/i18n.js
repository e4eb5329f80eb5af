// @ts-check
/** Words of the page: one file per language, keys `part.word`. */
import { ask } from './api.js';

/** Code, and the name in the language itself. @type {Record<string, string>} */
export const LANGUAGES = { en: 'English', ru: 'Русский', uz: 'Oʻzbekcha', ko: '한국어' };

/** What is said when not even the words have come. A test holds them against the files. @type {Record<string, string>} */
export const UNREACHED = {
  en: 'The server does not answer. Trying again.',
  ru: 'Сервер не отвечает. Пробуем ещё раз.',
  uz: 'Server javob bermayapti. Qayta urinilmoqda.',
  ko: '서버가 응답하지 않습니다. 다시 시도합니다.',
};

/** @type {Record<string, string | Record<string, string>>} */
let words = { failed: '{reason}' };
let language = 'en';

/** The visitor's first language among ours. */
export function preferred() {
  for (const tag of navigator.languages ?? []) {
    const short = tag.slice(0, 2).toLowerCase();
    if (short in LANGUAGES) return short;
  }
  return 'en';
}

/** @param {string} lang @param {() => boolean} [wanted] another may be chosen before the words have come */
export async function load(lang, wanted = () => true) {
  words.offline ??= UNREACHED[lang];
  const its = await ask(`/i18n/${lang}.json`);
  if (!wanted()) return;
  speak(lang, its);
  document.documentElement.lang = lang;
  translate(document);
}

/** @param {string} lang @param {Record<string, string | Record<string, string>>} its */
export function speak(lang, its) {
  words = its;
  language = lang;
}

/** @returns {string} the BCP 47 tag that Intl gets */
export function locale() {
  return language === 'uz' ? 'uz-Latn-UZ' : language;
}

/** @returns {string} the tag for numbers: Chromium knows no Uzbek ones and writes them as in English; Russian has the same marks */
export function numberLocale() {
  return language === 'uz' ? 'ru' : locale();
}

/** Of the languages with letters of their own. @type {Record<string, RegExp>} */
const LETTERS = { ru: /\p{Script=Cyrillic}/u, ko: /\p{Script=Hangul}/u };

/**
 * The language of a name of the data. What has no name in the page's language has its English one, in Latin letters; a screen reader
 * must not read that as if it were Russian or Korean.
 * @param {string} name @returns {string | undefined} undefined where it is the page's own
 */
export function langOf(name) {
  const own = LETTERS[language];
  return own && !own.test(name) && /\p{Script=Latin}/u.test(name) ? 'en' : undefined;
}

/** Puts the words into a piece of the page: data-t is the text, data-t-NAME the attribute NAME. @param {ParentNode} root */
export function translate(root) {
  for (const element of root.querySelectorAll('[data-t]')) {
    element.textContent = t(/** @type {HTMLElement} */ (element).dataset.t ?? '');
  }
  for (const name of ['placeholder', 'aria-label', 'title']) {
    for (const element of root.querySelectorAll(`[data-t-${name}]`)) {
      element.setAttribute(name, t(element.getAttribute(`data-t-${name}`) ?? ''));
    }
  }
}

/**
 * A word or sentence. One that depends on a number has its plural forms by CLDR's names
 * ({"one": ..., "few": ..., "other": ...}) and is chosen by the value `count`.
 * @param {string} key
 * @param {Record<string, string | number>} [values] for {placeholders}
 */
export function t(key, values = {}) {
  const word = words[key] ?? key;
  const text = typeof word === 'string' ? word : word[new Intl.PluralRules(locale()).select(Number(values.count))] ?? word.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
