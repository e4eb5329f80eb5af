// @ts-check
/** The tree of sectors, as charts need it. Pure: lists of {code, parent, name} and of the codes that have data. */
import { family } from './palette.js';

/** @typedef {{code: string, parent: string | null, name: string}} Sector */
/** @typedef {{code: string, name: string, paint: string, tone: number, leaves: string[]}} Branch */

/** @param {Sector[]} sectors @param {string} code @returns {Sector[]} from the root to the sector itself; empty when it is unknown */
export function path(sectors, code) {
  const byCode = new Map(sectors.map((sector) => [sector.code, sector]));
  const found = [];
  for (let at = byCode.get(code); at; at = at.parent ? byCode.get(at.parent) : undefined) found.unshift(at);
  return found;
}

/** Codes in the order people list them: 1.A.2 before 1.A.10. @param {string} a @param {string} b */
export function byCode(a, b) {
  return a.localeCompare(b, 'en', { numeric: true });
}

/**
 * What a chart stacks: below nothing the families, else the children of a sector that have data.
 * @param {Sector[]} sectors @param {string[]} leaves with data @param {string} under a code, '' for all
 * @returns {Branch[]} in the order of their codes; colours differ within a family by tone
 */
export function branches(sectors, leaves, under) {
  /** @type {Map<string, Branch>} */
  const found = new Map();
  for (const leaf of [...leaves].sort(byCode)) {
    const way = path(sectors, leaf);
    const at = way.findIndex((sector) => sector.code === under);
    if (under && at < 0 && leaf !== under) continue;
    const its = (under ? way[at + 1] ?? way[at] : way.find((sector) => bare(sector.code) === family(leaf)) ?? way[0])
      ?? { code: leaf, name: leaf };
    const known = found.get(its.code) ?? { code: its.code, name: its.name, paint: family(its.code), tone: 0, leaves: [] };
    known.leaves.push(leaf);
    found.set(its.code, known);
  }
  return toned([...found.values()]);
}

/** @param {string} code */
const bare = (code) => code.split(':').at(-1) ?? '';

/** Members of one family get one tone each, in the order of the whole list. @template {{paint: string, tone: number}} T @param {T[]} list */
export function toned(list) {
  /** @type {Map<string, number>} */
  const used = new Map();
  for (const item of list) {
    item.tone = used.get(item.paint) ?? 0;
    used.set(item.paint, item.tone + 1);
  }
  return list;
}

/** @typedef {{code: string, name: string, paint: string, tone: number, value: number, children: Node[]}} Node */

/**
 * The tree of positive values below a sector; a sector with one child is passed over for the child.
 * @param {Sector[]} sectors @param {Map<string, number>} values by leaf @param {string} under
 * @returns {Node[]} each with the sum of what is below it
 */
export function tree(sectors, values, under) {
  /** @type {Node} */
  const root = { code: '', name: '', paint: '', tone: 0, value: 0, children: [] };
  for (const leaf of [...values.keys()].sort(byCode)) {
    const value = values.get(leaf) ?? 0;
    const way = path(sectors, leaf);
    const start = under ? way.findIndex((sector) => sector.code === under) + 1 : 0;
    if (value <= 0 || (under && start === 0)) continue;
    let at = root;
    const rest = way.slice(start);
    for (const sector of rest.length ? rest : way.slice(-1)) {
      let child = at.children.find((known) => known.code === sector.code);
      if (!child) {
        child = { code: sector.code, name: sector.name, paint: family(sector.code), tone: 0, value: 0, children: [] };
        at.children.push(child);
      }
      child.value += value;
      at = child;
    }
  }
  const nodes = root.children.map(shortened);
  toned(ends(nodes));
  return nodes;
}

/** @param {Node} node @returns {Node} */
function shortened(node) {
  return node.children.length === 1 ? shortened(node.children[0]) : { ...node, children: node.children.map(shortened) };
}

/** @param {Node[]} nodes @returns {Node[]} those without children */
export function ends(nodes) {
  return nodes.flatMap((node) => (node.children.length ? ends(node.children) : [node]));
}
