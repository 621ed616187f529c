/** What a request asks for, held against the description of its route: parts of the path, query, body. */
import type { Context } from 'hono'
import { type BodyLimits, type Fields, readBody, readJson } from './body.ts'
import { wrongField } from './errors.ts'
import type { BodyDescription } from './route.ts'
import { checked, fields, fromText, type Schema, type Shape, text } from './schema.ts'

interface Described {
  readonly path: string
  readonly params?: Shape
  readonly query?: Shape | 'any'
  readonly body?: BodyDescription
}

interface Taken {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

/** Throws an HttpError that names what is wrong. The body is read last: nobody waits for it in vain. */
export async function readAsked(c: Context, described: Described, limits: BodyLimits) {
  const params = readParams(c, described)
  const query = described.query === 'any' ? {} : readQuery(c, described.query ?? {})
  const body = described.body === undefined ? undefined : await readFields(c, described.body, limits)
  return { c, params, query, body } satisfies Taken & { c: Context }
}

function readParams(c: Context, { params = {} }: Described): unknown {
  const given = Object.entries(c.req.param() as Record<string, string>)
  return Object.fromEntries(
    given.map(([name, raw]) => {
      const schema = params[name] ?? text()
      return [name, checked(fields({ [name]: schema }), { [name]: fromText(schema, raw) }, name)[name]]
    }),
  )
}

function readQuery(c: Context, shape: Shape): unknown {
  const given = Object.entries(c.req.queries()).map(([name, values]) => {
    if (values.length > 1) throw wrongField(name, 'is given twice; give it once')
    return [name, values[0]!] as const
  })
  return checked(fields(shape, 'use parameters', 'parameter'), typed(shape, Object.fromEntries(given)), 'the query')
}

async function readFields(c: Context, body: BodyDescription, { httpBodyBytesMax }: BodyLimits): Promise<unknown> {
  const { schema, forms, isOptional = false } = body
  if (forms === undefined) return checked(schema, await readJson(c, httpBodyBytesMax, isOptional), 'the body')
  const { fields, isForm } = await readBody(c, httpBodyBytesMax)
  return checked(schema, isForm ? typed(entriesOf(schema), forms(fields)) : fields, 'the body')
}

/** Texts as what the schema of their name asks for. */
function typed(shape: Shape, given: Fields): Fields {
  return Object.fromEntries(
    Object.entries(given).map(([name, raw]) => {
      const schema = Object.hasOwn(shape, name) ? shape[name] : undefined
      return [name, typeof raw === 'string' && schema !== undefined ? fromText(schema, raw) : raw]
    }),
  )
}

/** Of an object, or of the first of several that a body may be. */
function entriesOf(schema: Schema): Shape {
  const { entries, options } = schema as { entries?: Shape; options?: readonly Schema[] }
  return entries ?? (options === undefined ? {} : entriesOf(options[0]!))
}
