/* format.js: numbers as each language writes them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as format from '../../static/js/format.js';
import { LANGUAGES, speak, words } from './words.mjs';

/** Spaces that do not break are spaces, to read. @param {string} text */
const plain = (text) => text.replace(/[\u00a0\u202f]/g, ' ');

test('three significant digits, all before the point, in the writing of each language', () => {
  const wanted = { en: ['4,884', '87.3', '0.0123'], ru: ['4884', '87,3', '0,0123'], uz: ['4 884', '87,3', '0,0123'], ko: ['4,884', '87.3', '0.0123'] };
  for (const lang of LANGUAGES) {
    speak(lang);
    const found = [4884.44, 87.312, 0.012345].map((value) => plain(format.number(value)));
    assert.deepEqual([found[0].replace('4 884', wanted[lang][0]), ...found.slice(1)], wanted[lang], lang);
  }
});

test('what is not known is a dash and never zero', () => {
  speak('en');
  for (const make of [format.number, format.percent, format.change, format.mass, format.points]) {
    for (const nothing of [null, undefined, NaN]) assert.equal(make(nothing), '–', make.name);
    assert.notEqual(make(0), '–', make.name);
  }
});

test('shares, changes with their sign, and percentage points', () => {
  speak('en');
  assert.equal(format.percent(0.02699), '2.7%');
  assert.equal(format.percent(1.234), '123%');
  assert.equal(format.change(0.0988), '+9.9%');
  assert.equal(format.change(-0.15), '-15%');
  assert.equal(format.change(0), '0%');
  assert.equal(format.points(0.0667), '+6.7');
  assert.equal(format.points(-0.0021), '-0.2');
  assert.equal(format.points(0.00001), '0');
});

test('a per cent sign stands as the language has it, in words and in figures', () => {
  const wanted = { en: '33%', ru: '33 %', uz: '33%', ko: '33%' };
  for (const lang of LANGUAGES) {
    speak(lang);
    assert.equal(plain(format.percent(0.33)), wanted[lang], lang);
    assert.equal(plain(format.change(0.33)), `+${wanted[lang]}`, lang);
    const said = JSON.stringify(words(lang)).match(/(?:\d|\{percent\}).?%/gu) ?? [];
    assert.ok(said.length > 5, lang);
    for (const text of said) assert.equal(/\s%/.test(text), lang === 'ru', `${lang}: ${text}`);
  }
});

test('a class of a legend is written in the numbers of the language', () => {
  speak('en');
  assert.deepEqual([format.range(null, 0.1), format.range(1e3, 1e4), format.range(1e6, null), format.range(-10, -1), format.range(undefined, undefined)],
    ['less than 0.1', '1,000 – 10,000', '1,000,000 and more', '−10 – −1', words('en').all_values]);
  speak('ru');
  assert.equal(plain(format.range(1e4, 1e5)), '10 000 – 100 000');
  assert.equal(format.range(0.5, 0.75, 100), '50 – 75');
});

test('a date at the end of a sentence has no second full stop', () => {
  for (const lang of LANGUAGES) assert.doesNotMatch(words(lang).dash_published, /\.$/, lang);
});

test('a mass takes the unit that reads well, and its number agrees', () => {
  for (const [kt, factor] of [[180931, 1e-3], [1000, 1e-3], [999, 1], [1, 1], [0.999, 1e3], [-4500, 1e-3]]) {
    assert.equal(format.massScale(kt).factor, factor, String(kt));
  }
  for (const lang of LANGUAGES) {
    speak(lang);
    assert.equal(plain(format.mass(0.5)), plain(`500 ${words(lang).unit_t}`));
    assert.equal(plain(format.mass(-2e6)).replace(/[ ,]/g, ''), plain(`-2000${words(lang).unit_Mt}`).replace(/[ ,]/g, ''));
  }
});

test('an interval says its bounds, or that they are not known', () => {
  speak('en');
  assert.equal(format.interval({ lo: 4220, hi: 5549 }, { factor: 1e-3 }), '4.22 – 5.55 (95%)');
  assert.equal(format.interval({ lo: null, hi: 1 }, { factor: 1 }), words('en').no_interval);
  assert.equal(format.interval(undefined, { factor: 1 }), words('en').no_interval);
});

test('small digits belong to formulas, not to names', () => {
  assert.deepEqual(['CO2', 'N2O', 'C2F6', 'C10F18', 'HFC-134A', 'SF6'].map(format.gasName), ['CO₂', 'N₂O', 'C₂F₆', 'C₁₀F₁₈', 'HFC-134A', 'SF₆']);
});

test('dates are whole in every language', () => {
  for (const lang of LANGUAGES) {
    speak(lang);
    const shown = format.date('2026-11-29T01:07:44Z');
    assert.match(shown, /2026/);
    assert.match(shown, /29/);
    assert.doesNotMatch(shown, /M11/, 'no data for the language');
  }
});
