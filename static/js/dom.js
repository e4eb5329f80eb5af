// @ts-check
import { Failure } from './api.js';
import { langOf } from './i18n.js';
/**
 * Small helpers to build the page from nodes, never from markup: data is always text.
 * @param {string} tag
 * @param {Record<string, any>} [attributes] className and on... are properties
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'className') element.className = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) if (child !== null && child !== undefined) element.append(child);
  return element;
}

/** A name of the data, with its language where that is not the page's. @param {string} name @returns {Node | string} */
export function named(name) {
  const lang = langOf(name);
  return lang ? el('span', { lang }, name) : name;
}

/** A sentence with such a name in it. @param {string} sentence @param {string} [name] @returns {(Node | string)[]} */
export function namedIn(sentence, name) {
  const at = name ? sentence.indexOf(name) : -1;
  return name && at >= 0 ? [sentence.slice(0, at), named(name), sentence.slice(at + name.length)] : [sentence];
}

/** @param {string} id @returns {any} */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * Sets a select's options and value; equal options are left alone, so that an open list stays open.
 * @param {HTMLSelectElement} select
 * @param {{value: string, text: string, disabled?: boolean, lang?: string}[]} options
 * @param {string} value
 */
export function fillSelect(select, options, value) {
  const same = select.options.length === options.length && options.every((o, i) => {
    const shown = select.options[i];
    return shown.value === o.value && shown.textContent === o.text && shown.disabled === Boolean(o.disabled);
  });
  if (!same) {
    select.replaceChildren(...options.map((o) => el('option', { value: o.value, disabled: o.disabled, lang: o.lang }, o.text)));
  }
  select.value = value;
}

const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} tag @param {Record<string, string | number>} attributes @param {...(Node | string)} children */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Loads a style sheet of a view once, before the view is built. @param {string} name of a file in css/ @returns {Promise<void>} */
export function useSheet(name) {
  const href = new URL(`../css/${name}`, import.meta.url).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return Promise.resolve();
  return new Promise((done, failed) => {
    document.head.append(el('link', { rel: 'stylesheet', href, onload: () => done(), onerror: () => failed(new Failure(href, { offline: true })) }));
  });
}
