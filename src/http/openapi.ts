/**
 * The OpenAPI document of all routes, made from their descriptions when someone asks. What turns schemas into JSON
 * Schema is loaded then.
 */
import * as v from 'valibot'
import { shownPath } from './endpoints.ts'
import type { Content, Route } from './route.ts'
import { errorBody, namedSchemas, type Schema, text } from './schema.ts'
import { isAskedForToken } from './token.ts'

export type Json = { readonly [name: string]: unknown }

export interface DocumentParts {
  readonly version: string
  /** Whether there is a token to ask for. */
  readonly hasToken: boolean
}

export interface ApiDocument extends Json {
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Json
}

export interface Operation {
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: JsonContent }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: JsonContent }>>
  readonly [more: string]: unknown
}

export interface Parameter {
  readonly in: string
  readonly name: string
  readonly required: boolean
  readonly schema: Json
}

type JsonContent = Readonly<Record<string, { readonly schema: Json }>>

const formTypes = ['application/x-www-form-urlencoded', 'multipart/form-data']
const anything: Json = {}

const ofAnyRoute = {
  400: 'The request is not as described here.',
  401: 'The token is missing.',
  403: 'A page of another origin may not do this, or the token is wrong.',
  413: 'The body is too large.',
  415: 'The body is of a media type that is not described here.',
} as const

const description = `A Kafka for local work. Every error is \`{ "error": { "code", "message" } }\`: the code is for
programs, the message names what is wrong and a remedy. Parameters and fields that are not described here are refused.`

export async function describeApi(
  routes: readonly Route[],
  { version, hasToken }: DocumentParts,
): Promise<ApiDocument> {
  const { toJsonSchemaDefs } = await import('@valibot/to-json-schema')
  const schemas = new Schemas()
  const paths: Record<string, Record<string, Operation>> = {}
  for (const route of routes) {
    if (route.isUndocumented || route.method === '*') continue
    const path = shownPath(route.path)
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, hasToken, schemas) }
  }
  const components = schemas.write(toJsonSchemaDefs)
  return {
    openapi: '3.1.0',
    info: { title: 'Blink', version, description },
    paths,
    components: {
      schemas: components,
      ...(hasToken ? { securitySchemes: { admin_token: { type: 'http', scheme: 'bearer' } } } : {}),
    },
  }
}

/** The schemas of a document: each is put where it is used at once, and written when all are known. */
class Schemas {
  readonly #used: { readonly schema: Schema; readonly json: Record<string, unknown> }[] = []

  use(schema: Schema | null): Json {
    if (schema === null) return anything
    const json = {}
    this.#used.push({ schema, json })
    return json
  }

  /** Answers those that have names. */
  write(convert: typeof import('@valibot/to-json-schema').toJsonSchemaDefs): Json {
    // Each within an object: a schema by itself would be written out where a reference to its name is wanted.
    const wrapped = this.#used.map(({ schema }, at) => [`${at}`, v.object({ it: schema })] as const)
    const written = convert({ ...Object.fromEntries(namedSchemas), ...Object.fromEntries(wrapped) } as never, {
      target: 'draft-2020-12',
      typeMode: 'input',
      errorMode: 'ignore',
      overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
    }) as Record<string, { properties?: Record<string, Json> }>
    for (const [at, { json }] of this.#used.entries()) Object.assign(json, written[at]?.properties?.it)
    return Object.fromEntries([...namedSchemas.keys()].map((name) => [name, written[name]]))
  }
}

function operation(route: Route, hasToken: boolean, schemas: Schemas): Operation {
  const { method, path, tag, summary, description, body } = route
  const isGuarded = hasToken && isAskedForToken(method, path)
  return {
    tags: [tag],
    operationId: operationId(method, path),
    summary,
    ...(description === undefined ? {} : { description }),
    parameters: parameters(route, schemas),
    ...(body === undefined && route.reads === undefined
      ? {}
      : { requestBody: { required: body !== undefined && !body.isOptional, content: bodyContent(route, schemas) } }),
    responses: responses(route, schemas),
    ...(isGuarded ? { security: [{ admin_token: [] }] } : {}),
  }
}

function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  return [method.toLowerCase(), ...words].join('_')
}

function parameters({ path, params = {}, query = {} }: Route, schemas: Schemas): Parameter[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => {
    return { in: 'path', name: name!, required: true, schema: schemas.use(params[name!] ?? text()) }
  })
  if (query === 'any') return inPath
  const inQuery = Object.entries(query).map(([name, schema]) => {
    return { in: 'query', name, required: schema.type !== 'optional', schema: schemas.use(schema) }
  })
  return [...inPath, ...inQuery]
}

function bodyContent({ body, reads = {} }: Route, schemas: Schemas): JsonContent {
  if (body === undefined) return contentOf(reads, schemas)
  const types = ['application/json', ...(body.forms === undefined ? [] : formTypes)]
  return contentOf({ ...reads, ...Object.fromEntries(types.map((type) => [type, body.schema])) }, schemas)
}

function contentOf(content: Content, schemas: Schemas): JsonContent {
  return Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema: schemas.use(schema) }]))
}

function responses(route: Route, schemas: Schemas): Operation['responses'] {
  const { answer, status = 200, others = {}, errors = {}, body, reads } = route
  const error = (why: string) => ({ description: why, content: contentOf({ 'application/json': errorBody }, schemas) })
  const bodyErrors = body === undefined && reads === undefined ? [] : ([413, 415] as const)
  const general = route.method === 'GET' ? ([400] as const) : ([400, 401, 403, ...bodyErrors] as const)
  const told: [string, Operation['responses'][string]][] = [
    ...general.map((code) => [`${code}`, error(ofAnyRoute[code])] as [string, Operation['responses'][string]]),
    ...Object.entries(errors).map(([code, why]) => [code, error(why)] as [string, Operation['responses'][string]]),
    ...[[`${status}`, answer] as const, ...Object.entries(others)].map(
      ([code, { description, content }]) =>
        [code, { description, content: contentOf(content, schemas) }] as [string, Operation['responses'][string]],
    ),
    ['default', error('Anything else that is in the way.')],
  ]
  return Object.fromEntries(told)
}
