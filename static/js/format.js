// @ts-check
/** Numbers as people of the shown language write them. */
import { locale, numberLocale, t } from './i18n.js';

const NOTHING = '–';

/** @param {any} value @returns {value is number} */
const is = (value) => typeof value === 'number' && !Number.isNaN(value);

/** Three significant digits, grouped; what is not known is a dash. @param {number | null | undefined} value */
export function number(value) {
  if (!is(value)) return NOTHING;
  const options = Math.abs(value) >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  return new Intl.NumberFormat(numberLocale(), options).format(value);
}

/** @param {number | null | undefined} share 1 is 100 % */
export function percent(share) {
  return inPercent(share, { maximumSignificantDigits: is(share) && Math.abs(share) >= 1 ? 3 : 2 });
}

/** Uzbek has the marks of Russian numbers, but no space before the sign; the server's sentences write it so, too. @param {number | null | undefined} share @param {Intl.NumberFormatOptions} how */
function inPercent(share, how) {
  if (!is(share)) return NOTHING;
  const text = new Intl.NumberFormat(numberLocale(), { style: 'percent', ...how }).format(share);
  return numberLocale() === locale() ? text : text.replace(/\s(?=%)/u, '');
}

/** A change, with its sign. @param {number | null | undefined} share */
export function change(share) {
  return inPercent(share, { maximumSignificantDigits: 2, signDisplay: 'exceptZero' });
}

/** A difference of two shares, in percentage points with its sign. @param {number | null | undefined} share */
export function points(share) {
  if (!is(share)) return NOTHING;
  return new Intl.NumberFormat(numberLocale(), { maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(Math.round(share * 1000) / 10);
}

/** @param {string | Date} when @returns {string} */
export function date(when) {
  /** @type {Intl.DateTimeFormatOptions} a language without names of months has them in digits */
  const how = numberLocale() === locale() ? { dateStyle: 'long' } : { day: '2-digit', month: '2-digit', year: 'numeric' };
  return new Intl.DateTimeFormat(numberLocale(), { ...how, timeZone: 'UTC' }).format(new Date(when));
}

/**
 * The unit in which masses up to a size read well.
 * @param {number} kt the largest @returns {{factor: number, unit: string}} kt times factor is in unit, which is in the shown language
 */
export function massScale(kt) {
  const size = Math.abs(kt);
  if (size >= 1000) return { factor: 1e-3, unit: t('unit_Mt') };
  if (size >= 1) return { factor: 1, unit: t('unit_kt') };
  return { factor: 1e3, unit: t('unit_t') };
}

/** A mass with its unit. @param {number | null | undefined} kt */
export function mass(kt) {
  if (!is(kt)) return NOTHING;
  const { factor, unit } = massScale(kt);
  return `${number(kt * factor)} ${unit}`;
}

/** A class of a legend. @param {number | null | undefined} from not given for the first @param {number | null | undefined} to not given for the last @param {number} [factor] from the bounds to the legend's unit */
export function range(from, to, factor = 1) {
  const text = (/** @type {number} */ bound) => number(bound * factor).replace('-', '−');
  if (is(from) && is(to)) return `${text(from)} – ${text(to)}`;
  if (is(to)) return t('less_than', { value: text(to) });
  return is(from) ? t('at_least', { value: text(from) }) : t('all_values');
}

/** The 95 % interval of a mass, in a unit; words when it is not known. @param {any} row lo, hi in kt @param {{factor: number}} scale */
export function interval(row, scale) {
  if (!is(row?.lo) || !is(row?.hi)) return t('no_interval');
  return t('interval', { lo: number(row.lo * scale.factor), hi: number(row.hi * scale.factor) });
}

/** Formulas with their small digits; numbers of names (HFC-125) stay. @param {string} code such as CO2 */
export function gasName(code) {
  return code.replace(/(?<=[A-Za-z])\d+/g, (digits) => [...digits].map((digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]).join(''));
}
