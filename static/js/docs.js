// @ts-check
/** The reference page: openapi.json as text. Nothing here knows an endpoint by name. */

/** @typedef {{name: string, in: string, description: string, required?: boolean, example?: any, schema: any}} Parameter */

/**
 * @param {string} name @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 */
function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** Text with `code` in backquotes. @param {string} text */
function prose(text) {
  const part = document.createDocumentFragment();
  text.split('`').forEach((piece, i) => part.append(i % 2 ? el('code', {}, piece) : piece));
  return part;
}

/** Follows "#/a/b" inside the document. @param {any} doc @param {any} thing */
function resolve(doc, thing) {
  if (!thing?.$ref) return thing;
  return thing.$ref.slice(2).split('/').reduce((/** @type {any} */ at, /** @type {string} */ key) => at[key], doc);
}

/** @param {any} schema */
function allowed(schema) {
  const words = [];
  if (schema.enum) words.push(schema.enum.join(', '));
  else if (schema.minimum !== undefined) words.push(`${schema.minimum}..${schema.maximum ?? ''}`);
  else words.push(String(schema.type));
  if (schema.default !== undefined) words.push(`default ${schema.default}`);
  return words.join('; ');
}

/** A link that works: path filled in, required parameters and examples of this endpoint added.
 * @param {string} path @param {Parameter[]} parameters */
function example(path, parameters) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(parameters.find((p) => p.name === name)?.example ?? '').replaceAll('%40', '@'));
  const query = new URLSearchParams();
  for (const p of parameters) if (p.in === 'query' && p.required) query.set(p.name, String(p.example));
  return query.size ? `${filled}?${query}` : filled;
}

/** @param {Parameter[]} parameters */
function table(parameters) {
  const rows = parameters.map((p) => el('tr', {},
    el('th', { scope: 'row' }, el('code', {}, p.name), p.required ? ' *' : ''),
    el('td', {}, prose(p.description),
      p.example === undefined ? '' : el('span', {}, ' Example: ', el('code', {}, String(p.example)), '.')),
    el('td', { class: 'allowed' }, allowed(p.schema))));
  return el('table', {},
    el('caption', {}, 'Parameters (* = needed)'),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Name'), el('th', { scope: 'col' }, 'Meaning'), el('th', { scope: 'col' }, 'Values'))),
    el('tbody', {}, ...rows));
}

/** What is sent, with an example. @param {any} body */
function sent(body) {
  const types = Object.keys(body.content);
  const shown = types.map((type) => body.content[type].example).find((one) => one !== undefined);
  return [el('p', {}, 'Body: ', types.join(', '), '. ', prose(body.description), ' Example:'),
    el('pre', {}, el('code', {}, JSON.stringify(shown)))];
}

/** @param {any} doc @param {string} method @param {string} path @param {any} operation */
function section(doc, method, path, operation) {
  const parameters = (operation.parameters ?? []).map((/** @type {any} */ p) => resolve(doc, p));
  const href = example(path, parameters);
  const types = Object.keys(resolve(doc, operation.responses['200'])?.content ?? {});
  const link = operation.requestBody ? [] : [' Example: ', el('a', { href: href.slice(1) }, el('code', {}, href))];
  return el('section', { 'aria-labelledby': operation.operationId },
    el('h3', { id: operation.operationId }, el('code', {}, `${method.toUpperCase()} ${path}`)),
    el('p', {}, el('strong', {}, `${operation.summary}. `), prose(operation.description)),
    parameters.length ? table(parameters) : '',
    ...(operation.requestBody ? sent(operation.requestBody) : []),
    el('p', {}, 'Answers ', types.join(', '), '.', ...link));
}

/** @param {any} doc */
function show(doc) {
  const content = /** @type {HTMLElement} */ (document.getElementById('content'));
  const contents = /** @type {HTMLElement} */ (document.getElementById('contents'));
  content.replaceChildren(el('p', {}, doc.info.description));
  for (const tag of doc.tags) {
    const list = el('ul');
    content.append(el('h2', {}, `${tag.name}: ${tag.description}`));
    for (const [path, item] of Object.entries(doc.paths)) {
      for (const [method, operation] of Object.entries(/** @type {any} */ (item))) {
        if (!operation.tags.includes(tag.name)) continue;
        content.append(section(doc, method, path, operation));
        list.append(el('li', {}, el('a', { href: `#${operation.operationId}` }, method === 'get' ? path : `${method.toUpperCase()} ${path}`)));
      }
    }
    contents.append(el('h2', {}, tag.name), list);
  }
}

try {
  const answer = await fetch('openapi.json');
  if (!answer.ok) throw new Error(`openapi.json: ${answer.status}`);
  show(await answer.json());
} catch (problem) {
  const intro = document.getElementById('intro');
  if (intro) intro.textContent = `The description could not be read (${problem}).`;
}
