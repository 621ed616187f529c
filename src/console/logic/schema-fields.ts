/**
 * A form out of a JSON Schema: which fields it has, and the value that they make together. What a form cannot show
 * well, such as `oneOf`, is a field of JSON. The schema is a plugin's, so nothing about it is taken for granted.
 */

export type FieldKind = 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'texts' | 'json'

export interface SchemaField {
  /** Of the properties that lead to it. */
  readonly path: readonly string[]
  readonly title: string
  readonly hint: string
  readonly kind: FieldKind
  readonly isRequired: boolean
  readonly choices: readonly string[]
  readonly placeholder: string
}

type Schema = Readonly<Record<string, unknown>>

const depthMax = 4

/** Null when the schema is not of an object with properties: then all of it is JSON. */
export function fieldsOf(schema: unknown): readonly SchemaField[] | null {
  if (!isObject(schema) || !isObject(schema.properties)) return null
  return inObject(schema, [])
}

function inObject(schema: Schema, path: readonly string[]): readonly SchemaField[] {
  const required = Array.isArray(schema.required) ? schema.required : []
  return Object.entries(schema.properties as Schema).flatMap(([name, raw]) => {
    const property: Schema = isObject(raw) ? raw : {}
    const here = [...path, name]
    if (property.type === 'object' && isObject(property.properties) && here.length < depthMax) {
      return inObject(property, here)
    }
    return [fieldOf(property, here, required.includes(name))]
  })
}

function fieldOf(property: Schema, path: readonly string[], isRequired: boolean): SchemaField {
  const { title, description, enum: choices } = property
  return {
    path,
    title: typeof title === 'string' ? title : path.join(' › '),
    hint: [typeof description === 'string' ? description : '', ...boundsOf(property)]
      .filter((part) => part !== '')
      .join(' '),
    kind: kindOf(property),
    isRequired,
    choices: Array.isArray(choices) ? choices.map((one) => `${one}`) : [],
    placeholder: property.default === undefined ? '' : asText(property.default),
  }
}

function kindOf({ type, enum: choices, items }: Schema): FieldKind {
  if (Array.isArray(choices) && choices.every((one) => typeof one === 'string')) return 'choice'
  switch (type) {
    case 'string':
      return 'text'
    case 'number':
    case 'integer':
    case 'boolean':
      return type
    case 'array':
      return isObject(items) && items.type === 'string' ? 'texts' : 'json'
    default:
      return 'json'
  }
}

function boundsOf({ minimum, maximum, pattern }: Schema): readonly string[] {
  const isBounded = typeof minimum === 'number' || typeof maximum === 'number'
  const bounds = isBounded ? `From ${minimum ?? 'any'} to ${maximum ?? 'any'}.` : ''
  return [bounds, typeof pattern === 'string' ? `Matches ${pattern}.` : '']
}

/** What stands in the field for the value; empty for none. */
export function textFor({ kind, path }: SchemaField, config: unknown): string {
  const value = path.reduce<unknown>((found, name) => (isObject(found) ? found[name] : undefined), config)
  if (value === undefined) return ''
  if (kind === 'texts' && Array.isArray(value)) return value.join('\n')
  return kind === 'json' ? JSON.stringify(value, null, 2) : asText(value)
}

/**
 * The config with what stands in the fields; an empty field is left out. What the form does not show stays as it was.
 * Throws an Error that names the field when its text is not of its kind.
 */
export function configOf(fields: readonly SchemaField[], texts: readonly string[], before: unknown): unknown {
  const config: Record<string, unknown> = isObject(before) ? structuredClone(before) : {}
  fields.forEach((field, at) => {
    const value = readText(field, texts[at] ?? '')
    set(config, field.path, value)
  })
  return config
}

function readText({ kind, title }: SchemaField, text: string): unknown {
  if (text === '') return undefined
  switch (kind) {
    case 'number':
    case 'integer': {
      const number = Number(text)
      if (Number.isNaN(number)) throw new Error(`${title} is ${text}; use a number`)
      return number
    }
    case 'boolean':
      return text === 'true'
    case 'texts':
      return text.split('\n').filter((line) => line !== '')
    case 'json':
      try {
        return JSON.parse(text)
      } catch (error) {
        throw new Error(`${title} is not JSON: ${(error as Error).message}`)
      }
    default:
      return text
  }
}

/** Objects on the way are made only for a value. */
function set(config: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path
  if (name === undefined) return
  if (rest.length === 0) {
    if (value === undefined) delete config[name]
    else config[name] = value
    return
  }
  const inner = config[name]
  if (isObject(inner)) set(inner as Record<string, unknown>, rest, value)
  else if (value !== undefined) {
    const made = {}
    config[name] = made
    set(made, rest, value)
  }
}

function asText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : `${value}`
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
