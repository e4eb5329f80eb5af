// The words of asking and ranking: whole in every language, with the same places to fill in.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const LANGUAGES = ['en', 'ru', 'uz', 'ko'];
const read = (lang) => JSON.parse(readFileSync(new URL(`../../static/i18n/${lang}.json`, import.meta.url), 'utf8'));
const words = Object.fromEntries(LANGUAGES.map((lang) => [lang, read(lang)]));
const ours = Object.keys(words.en).filter((key) => /^(ask|rank)_/.test(key));
const forms = (word) => (typeof word === 'string' ? [word] : Object.values(word));
const places = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

test('there are many, and each is said in four languages', () => {
  assert.ok(ours.length > 100);
  for (const lang of LANGUAGES) assert.deepEqual(ours.filter((key) => !forms(words[lang][key] ?? '').every(Boolean)), [], lang);
});

test('every form fills in the same', () => {
  for (const key of ours) {
    const want = new Set(forms(words.en[key]).flatMap(places));
    for (const lang of LANGUAGES) for (const form of forms(words[lang][key])) assert.deepEqual(new Set(places(form)), want, `${lang} ${key}`);
  }
});

test('plurals have the forms of their language', () => {
  for (const lang of LANGUAGES) {
    const wanted = new Set(new Intl.PluralRules(lang === 'uz' ? 'uz-Latn-UZ' : lang).resolvedOptions().pluralCategories);
    for (const key of ours) {
      if (typeof words[lang][key] === 'string') continue;
      for (const form of Object.keys(words[lang][key])) assert.ok(wanted.has(form), `${lang} ${key} ${form}`);
      assert.ok('other' in words[lang][key], `${lang} ${key}`);
    }
  }
});

test('Uzbek is written with its own letters', () => {
  for (const key of ours) for (const form of forms(words.uz[key])) assert.doesNotMatch(form, /['‘’`]/, key);
});

test('nothing is left in English by mistake', () => {
  const same = new Set(['ask_at', 'rank_no']);
  for (const lang of ['ru', 'uz', 'ko']) {
    for (const key of ours) if (!same.has(key) && /[a-z]{4}/.test(String(words.en[key]).replace(/\{\w+\}/g, ''))) assert.notDeepEqual(words[lang][key], words.en[key], `${lang} ${key}`);
  }
});
