/** A JSON Schema as people write types: `{ name: string, partitions?: integer }`, and what is said of each. */
import { html } from 'hono/html'
import type { Json } from './openapi.ts'
import type { Markup } from './page.ts'

type Piece = string | Markup

const refStart = '#/components/schemas/'

/** Names of other schemas lead to where these are, by their ids. */
export function schemaText(schema: Json): Markup {
  return html`${pieces(schema, '')}`
}

/** What is said of it: its description, its bounds, its default. */
export function schemaNote(schema: Json): string {
  const { description, default: otherwise, pattern } = schema
  const said = [
    description,
    range(schema['minimum'], schema['maximum']),
    lengths(schema),
    pattern === undefined ? undefined : `as ${pattern}`,
    otherwise === undefined ? undefined : `otherwise ${JSON.stringify(otherwise)}`,
  ]
  return said
    .filter((part) => part !== undefined)
    .join('; ')
    .replaceAll('.; ', '; ')
}

function pieces(schema: Json, indent: string): readonly Piece[] {
  const { $ref, enum: choices, anyOf, type, const: only } = schema
  if (typeof $ref === 'string') return [link($ref.replace(refStart, ''))]
  if (Array.isArray(choices)) return [choices.map((one) => JSON.stringify(one)).join(' | ')]
  if (only !== undefined) return [JSON.stringify(only)]
  if (Array.isArray(anyOf)) return joined((anyOf as Json[]).map((one) => pieces(one, indent)))
  if (type === 'array') return list(schema['items'] as Json | undefined, indent)
  if (type === 'object') return object(schema, indent)
  return [typeof type === 'string' ? type : 'any']
}

function link(name: string): Markup {
  return html`<a href="#${name}">${name}</a>`
}

function joined(all: readonly (readonly Piece[])[]): readonly Piece[] {
  return all.flatMap((one, at) => (at === 0 ? one : [' | ', ...one]))
}

function list(items: Json = {}, indent: string): readonly Piece[] {
  const isUnion = items['anyOf'] !== undefined || items['enum'] !== undefined
  return isUnion ? ['(', ...pieces(items, indent), ')[]'] : [...pieces(items, indent), '[]']
}

function object({ properties, required, additionalProperties: others }: Json, indent: string): readonly Piece[] {
  const inner = `${indent}  `
  const fields = Object.entries((properties ?? {}) as Record<string, Json>).flatMap(([name, schema]) => {
    const mark = (required as readonly string[] | undefined)?.includes(name) ? '' : '?'
    return [...note(schema, inner), `${inner}${name}${mark}: `, ...pieces(schema, inner), '\n']
  })
  const isMap = typeof others === 'object' && others !== null
  const rest = isMap ? [...note(others as Json, inner), `${inner}[name]: `, ...pieces(others as Json, inner), '\n'] : []
  return fields.length + rest.length === 0 ? ['object'] : ['{\n', ...fields, ...rest, `${indent}}`]
}

function note(schema: Json, indent: string): readonly Piece[] {
  const said = schemaNote(schema)
  return said === '' ? [] : [html`${indent}<i>// ${said}</i>\n`]
}

/** The largest of all integers is no bound that is worth a word. */
function range(least: unknown, most: unknown): string | undefined {
  const isBound = (limit: unknown) => typeof limit === 'number' && Math.abs(limit) < Number.MAX_SAFE_INTEGER
  if (isBound(least) && isBound(most)) return `${least} to ${most}`
  if (isBound(most)) return `at most ${most}`
  return isBound(least) && least !== 0 ? `at least ${least}` : undefined
}

function lengths({ minLength, maxLength, minItems, maxItems }: Json): string | undefined {
  const characters = range(minLength, maxLength)
  if (characters !== undefined) return `${characters} characters`
  const items = range(minItems, maxItems)
  return items === undefined ? undefined : `${items} of them`
}
