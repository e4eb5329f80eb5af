/* i18n.js and the words: plural forms by CLDR, placeholders, one set of keys. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNREACHED, langOf, locale, t } from '../../static/js/i18n.js';
import { LANGUAGES, speak, words } from './words.mjs';

test('Russian has its three forms', () => {
  speak('ru');
  const said = [1, 2, 5, 11, 21, 22, 25, 111, 487].map((count) => t('dash_audit_good', { count, shown: count }).split(' ')[1]);
  assert.deepEqual(said.map((word) => word.replace(',', '')), ['проверка', 'проверки', 'проверок', 'проверок', 'проверка', 'проверки', 'проверок', 'проверок', 'проверок']);
});

test('English has two, Korean and the rest what they need', () => {
  speak('en');
  assert.match(t('dash_lacks_years', { count: 1 }), /^1 year /);
  assert.match(t('dash_lacks_years', { count: 2 }), /^2 years /);
  speak('ko');
  assert.match(t('dash_lacks_gases', { count: 12, list: 'SF₆' }), /12종: SF₆/);
});

/** @param {string | Record<string, string>} word @returns {string[]} */
const forms = (word) => (typeof word === 'string' ? [word] : Object.values(word));
/** @param {string} text */
const places = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort().join();

test('every plural has the forms that its language uses; whoever leaves one out has `other` for it', () => {
  for (const lang of LANGUAGES) {
    speak(lang);
    const needed = new Intl.PluralRules(locale()).resolvedOptions().pluralCategories;
    for (const [key, word] of Object.entries(words(lang))) {
      if (typeof word === 'string') continue;
      assert.ok('other' in word, `${lang} ${key} other`);
      if (key.startsWith('dash_')) for (const form of needed) assert.ok(form in word, `${lang} ${key} ${form}`);
    }
  }
});

test('a text has the same places to fill in every language', () => {
  const english = words('en');
  for (const lang of LANGUAGES) {
    const its = words(lang);
    assert.deepEqual(Object.keys(its).sort(), Object.keys(english).sort(), lang);
    for (const key of Object.keys(english).filter((name) => name.startsWith('dash_'))) {
      const wanted = places(forms(english[key]).at(-1));
      for (const form of forms(its[key])) {
        const found = places(form);
        assert.ok(found === wanted || (found === '' && key === 'dash_co2e'), `${lang} ${key}: ${found}, not ${wanted}`);
      }
    }
  }
});

test('what has no word is its key, what has no value stays to be seen', () => {
  speak('en');
  assert.equal(t('no_such_key'), 'no_such_key');
  assert.equal(t('dash_table_of'), 'Table: {name}');
  assert.equal(t('dash_table_of', { name: 0 }), 'Table: 0');
});

test('Uzbek is written with its own letters', () => {
  for (const [key, word] of Object.entries(words('uz')).filter(([name]) => name.startsWith('dash_'))) {
    for (const form of forms(word)) assert.doesNotMatch(form, /[ogOG]['‘’`]|[a-z]['’`][a-z]/, key);
  }
});

test('a name without a letter of the page\'s language is its English one, and says so', () => {
  const names = { 'Jizzakh region': 'Latin', '안디잔주': 'Hangul', 'Джизакская область': 'Cyrillic', '2022': 'none' };
  for (const [lang, own] of [['en', ''], ['uz', ''], ['ru', 'Cyrillic'], ['ko', 'Hangul']]) {
    speak(lang);
    for (const [name, script] of Object.entries(names)) {
      const falls = own !== '' && script === 'Latin';
      assert.equal(langOf(name), falls ? 'en' : undefined, `${name} in ${lang}`);
    }
    assert.equal(langOf('GS 발전소'), lang === 'ru' ? 'en' : undefined, lang);
  }
});

test('what is said before the words have come is what the words say', () => {
  for (const lang of LANGUAGES) assert.equal(UNREACHED[lang], words(lang).offline, lang);
});
