/** `GET /openapi.json`, for programs, and `GET /docs`, the same to read: a page that loads nothing and runs nothing. */
import { html } from 'hono/html'
import { type ApiDocument, describeApi, type DocumentParts, type Json, type Operation } from './openapi.ts'
import { type Markup, showPage } from './page.ts'
import { json, media, type Route, route } from './route.ts'
import { schemaNote, schemaText } from './schema-text.ts'
import { anyJson, byName } from './schema.ts'

const tag = 'About'

/** Describes these routes and itself. The document is made when it is first asked for. */
export function documentRoutes(resources: readonly Route[], parts: DocumentParts): readonly Route[] {
  let made: Promise<ApiDocument> | undefined
  const document = () => {
    made ??= describeApi([...resources, ...routes], parts)
    return made
  }
  const routes: readonly Route[] = [
    route({
      method: 'GET',
      path: '/openapi.json',
      tag,
      summary: 'This API as an OpenAPI 3.1 document.',
      answer: json(byName(anyJson('A part of the document.')), 'The document.'),
      handle: () => document(),
    }),
    route({
      method: 'GET',
      path: '/docs',
      tag,
      summary: 'This API as a page to read.',
      answer: media({ 'text/html': null }, 'The page.'),
      handle: async ({ c }) =>
        showPage(c, { title: 'The HTTP API of Blink', refreshSeconds: null, body: page(await document()) }),
    }),
  ]
  return routes
}

interface Named {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

function page({ info, paths, components }: ApiDocument): readonly Markup[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))]
  const schemas = Object.entries(components.schemas as Record<string, Json>)
  const places = [...tags, 'Schemas'].map((name) => html`<a href="#${idOf(name)}">${name}</a> `)
  const whole = html`<a href="/openapi.json">openapi.json</a>`
  return [
    html`<p>${prose(info.description)} Version ${info.version}. For programs: ${whole}.</p>`,
    html`<nav aria-label="Parts of the API">${places}</nav>`,
    ...tags.map((tag) => {
      const ofTag = operations.filter(({ operation }) => operation.tags.includes(tag))
      return html`<h2 id="${idOf(tag)}">${tag}</h2><div class="routes">${ofTag.map(describeOperation)}</div>`
    }),
    html`<h2 id="schemas">Schemas</h2>${schemas.map(
      ([name, schema]) => html`<h3 id="${name}">${name}</h3>${code(schema)}`,
    )}`,
  ]
}

function idOf(tag: string): string {
  return tag.toLowerCase().replaceAll(/\W+/g, '-')
}

/** What stands between backticks as code. */
function prose(text: string): Markup {
  return html`${text.split('`').map((part, at) => (at % 2 === 0 ? part : html`<code>${part}</code>`))}`
}

function describeOperation({ method, path, operation }: Named): Markup {
  const { summary, description, parameters, requestBody, responses } = operation
  return html`<details><summary><code><b>${method}</b> ${path}</code> <span>${prose(summary)}</span></summary>
${description === undefined ? '' : html`<p>${prose(description)}</p>`}
${parameters.length === 0 ? '' : html`<table>${parameters.map(parameterRow)}</table>`}
${requestBody === undefined ? '' : html`<h4>Body</h4>${contents(requestBody.content)}`}
<h4>Answers</h4>${Object.entries(responses).map(
    ([status, { description, content = {} }]) =>
      html`<p><b>${status}</b> ${prose(description)}</p>${status < '3' ? contents(content) : ''}`,
  )}</details>`
}

function parameterRow({ name, in: place, required, schema }: Operation['parameters'][number]): Markup {
  // What is a part of the path is always required.
  const must = required && place !== 'path' ? ', required' : ''
  return html`<tr><td><code>${name}</code></td><td>${place}${must}</td>
<td><code>${schemaText(schema)}</code></td><td>${prose(schemaNote(schema))}</td></tr>`
}

function contents(content: Readonly<Record<string, { readonly schema: Json }>>): Markup {
  return html`${Object.entries(content).map(([type, { schema }]) => html`<p><code>${type}</code></p>${code(schema)}`)}`
}

function code(schema: Json): Markup {
  return Object.keys(schema).length === 0 ? html`` : html`<pre>${schemaText(schema)}</pre>`
}
