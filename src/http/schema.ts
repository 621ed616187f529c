/**
 * The words in which routes describe what they take and answer. One description checks what comes, gives its type, and
 * is what `/openapi.json` shows.
 *
 * They are valibot's, with a remedy as the message of each: what is wrong is told as `partition is "x"; use a whole
 * number from 0 to 9`. Where a word is missing, valibot's own serves, given such a message.
 */
import * as v from 'valibot'
import { shown, wrongField } from './errors.ts'

export type Schema = v.GenericSchema<unknown, unknown>
export type Shape = Readonly<Record<string, Schema>>
export type Out<S extends Schema> = v.InferOutput<S>

type Value = string | number | boolean

export function text(remedy = 'use text') {
  return v.string(remedy)
}

/** Text with something in it. */
export function name(what: string, lengthMax = 249) {
  const remedy = `use ${what}, of at most ${lengthMax} characters`
  return v.pipe(v.string(`use ${what}`), v.minLength(1, `use ${what}`), v.maxLength(lengthMax, remedy))
}

/** Text of a form. */
export function matching(pattern: RegExp, remedy: string) {
  return v.pipe(v.string(remedy), v.regex(pattern, remedy))
}

export function wholeNumber({ min = 0, max }: { readonly min?: number; readonly max: number }) {
  const remedy = `use a whole number from ${min} to ${max}`
  return v.pipe(v.number(remedy), v.integer(remedy), v.minValue(min, remedy), v.maxValue(max, remedy))
}

/** As an answer holds them: no bounds. */
export function number() {
  return v.number()
}

export function integer() {
  return v.pipe(v.number(), v.integer())
}

export function choice<const T extends readonly [string, ...string[]]>(...options: T) {
  return v.picklist(options, `use ${inWords(options)}`)
}

export function flag() {
  return v.boolean('use true or false')
}

export function list<S extends Schema>(of: S, remedy = 'use a list', { min = 0, max = Number.MAX_SAFE_INTEGER } = {}) {
  return v.pipe(v.array(of, remedy), v.minLength(min, remedy), v.maxLength(max, `${remedy} of at most ${max}`))
}

/** An object by names of the client's choice. */
export function byName<S extends Schema>(of: S, remedy = 'use { "name": … }') {
  const schema = v.record(v.string(), of, remedy)
  // To valibot, a list is an object, too.
  const run: (typeof schema)['~run'] = (dataset, config) =>
    isObject(dataset.value) ? schema['~run'](dataset, config) : refused(schema, dataset, config, { message: remedy })
  return { ...schema, '~run': run }
}

/** What comes from a client, who is told of every name that means nothing. */
export function fields<const E extends Shape>(entries: E, remedy = 'use { … }', noun = 'field') {
  const names = Object.keys(entries)
  const nothing = `is no ${noun}; use ${names.length === 0 ? 'none' : names.join(', ')}`
  const schema = v.strictObject(entries, ({ path }) => {
    const key = path?.at(-1)?.key
    return typeof key === 'string' && key in entries ? remedyOf(entries[key]!) : remedy
  })
  const run: (typeof schema)['~run'] = (dataset, config) => {
    const { value: input } = dataset
    if (!isObject(input)) return refused(schema, dataset, config, { message: remedy })
    // Before what is missing: a misspelt name is often both.
    const key = Object.keys(input).find((key) => !Object.hasOwn(entries, key))
    if (key === undefined) return schema['~run'](dataset, config)
    const path = [{ type: 'object', origin: 'key', input, key, value: input[key] }]
    return refused(schema, dataset, config, { message: nothing, path })
  }
  return { ...schema, '~run': run }
}

type Run = Schema['~run']
type Told = { readonly message: string; readonly path?: readonly unknown[] }

function refused<R>(
  schema: { '~run'(...run: Parameters<Run>): R },
  dataset: Parameters<Run>[0],
  config: Parameters<Run>[1],
  told: Told,
): R {
  v._addIssue(schema as never, 'key', dataset as never, config as never, told as never)
  return dataset as R
}

/** What is answered: it may come to have more. */
export function object<const E extends Shape>(entries: E) {
  return v.object(entries)
}

export function optional<S extends Schema>(schema: S) {
  return v.optional(schema)
}

export function orElse<S extends Schema>(schema: S, value: v.InferInput<S> & Value) {
  return v.optional(schema, value as never) as unknown as v.GenericSchema<v.InferInput<S> | undefined, v.InferOutput<S>>
}

export function nullable<S extends Schema>(schema: S) {
  return v.nullable(schema)
}

/** Any JSON; what it means is said in `description`. */
export function anyJson(description: string) {
  return v.pipe(v.unknown(), v.description(description))
}

/** One of several, none of which says more than that. */
export function either<const S extends readonly [Schema, ...Schema[]]>(options: S, remedy = 'use another') {
  return v.union(options, remedy)
}

/** One of several; `choose` says by a look at the input which it is to be held against. */
export function oneOf<const S extends readonly Schema[]>(options: S, choose: (input: unknown) => S[number]) {
  const run: Schema['~run'] = (dataset, config) => choose(dataset.value)['~run'](dataset, config)
  const schema = v.union(options)
  return { ...schema, '~run': run as (typeof schema)['~run'] }
}

export function described<S extends Schema>(schema: S, description: string) {
  return v.pipe(schema, v.description(description)) as unknown as S
}

/** Those that have a name, which the document refers to. */
export const namedSchemas = new Map<string, Schema>()

export function named<S extends Schema>(title: string, schema: S): S {
  namedSchemas.set(title, schema)
  return schema
}

/** Every refusal. What else it tells depends on its code. */
export const errorBody = named(
  'Error',
  v.object({
    error: v.looseObject({ code: v.string(), message: described(v.string(), 'What is wrong, and a remedy.') }),
  }),
)

/** What the schema makes of it. Throws an HttpError; `whole` is what to call the input when all of it is wrong. */
export function checked<S extends Schema>(schema: S, input: unknown, whole: string): Out<S> {
  const result = v.safeParse(schema, input, { abortEarly: true })
  if (result.success) return result.output
  const [issue] = result.issues as unknown as readonly [v.BaseIssue<unknown>]
  const message = issue.message.startsWith('is ') ? issue.message : `is ${shown(issue.input)}; ${issue.message}`
  throw wrongField(pathOf(issue) || whole, message)
}

/** `records[2].headers.a` */
function pathOf({ path }: v.BaseIssue<unknown>): string {
  const parts = (path ?? []).map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
  return parts.join('').replace(/^\./, '')
}

/** Text as a query or a form has it, as the number or truth value that the schema asks for, if it is one. */
export function fromText(schema: Schema, raw: string): Value {
  if (/^-?\d{1,17}(\.\d+)?$/.test(raw) && takes(schema, 'number')) return Number(raw)
  if ((raw === 'true' || raw === 'false') && takes(schema, 'boolean')) return raw === 'true'
  return raw
}

interface Inner {
  readonly type: string
  readonly wrapped?: Schema
  readonly options?: readonly unknown[]
  readonly message?: unknown
}

function takes(schema: Schema, type: string): boolean {
  const { type: own, wrapped, options = [] } = schema as Inner
  if (own === type) return true
  if (wrapped !== undefined) return takes(wrapped, type)
  return options.some((option) => isObject(option) && takes(option as unknown as Schema, type))
}

function remedyOf(schema: Schema): string {
  const { message } = schema as Inner
  if (typeof message === 'string') return message
  return typeof message === 'function' ? message({}) : 'say what it is to be'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `a, b or c` */
export function inWords(options: readonly string[]): string {
  return options.length < 2 ? options.join('') : `${options.slice(0, -1).join(', ')} or ${options.at(-1)}`
}
