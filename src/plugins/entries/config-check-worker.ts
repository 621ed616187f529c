/** The thread in which a config is held against its schema: the only place where ajv is loaded. Answers once. */
import { parentPort, workerData } from 'node:worker_threads'
import type { ErrorObject, Options } from 'ajv'
import type { ConfigQuestion } from '../loading/config-check.ts'

/** Mistakes beyond these are counted. */
const mistakesMax = 5

const options: Options = {
  allErrors: true,
  // Keywords that ajv does not know are for others, as tools that make forms.
  strict: false,
  // As in the later drafts: a format is a remark.
  validateFormats: false,
  logger: false,
}

const { schema, config } = workerData as ConfigQuestion
parentPort!.postMessage(await complaint())

async function complaint(): Promise<string | null> {
  try {
    const validate = await compile(JSON.parse(schema))
    if (validate(config)) return null
    const mistakes = [...new Set((validate.errors ?? []).map(sentence))]
    const more = mistakes.length > mistakesMax ? `; and ${mistakes.length - mistakesMax} more` : ''
    return `the config does not fit the plugin's schema: ${mistakes.slice(0, mistakesMax).join('; ')}${more}`
  } catch (error) {
    const { message } = error as Error
    return `the config cannot be checked: the config schema of the plugin is no JSON Schema: ${message}`
  }
}

async function compile(parsed: unknown) {
  if (typeof parsed !== 'boolean' && (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))) {
    throw new Error('it is neither a mapping nor true or false')
  }
  const { $schema, $async } = Object(parsed) as { $schema?: unknown; $async?: unknown }
  if ($async !== undefined) throw new Error('it has $async, which is no word of JSON Schema')
  return (await ajvOf($schema)).compile(parsed)
}

/**
 * By the draft that the schema names; the latest where it names none. Through `default`: a bundle knows no other
 * name in a package of CommonJS.
 */
async function ajvOf(draft: unknown) {
  if (draft === undefined || /\/2020-12\//.test(`${draft}`)) {
    return new (await import('ajv/dist/2020.js')).default.Ajv2020(options)
  }
  if (/\/2019-09\//.test(`${draft}`)) return new (await import('ajv/dist/2019.js')).default.Ajv2019(options)
  if (/\/draft-07\//.test(`${draft}`)) return new (await import('ajv')).default.Ajv(options)
  throw new Error(`its $schema is ${JSON.stringify(draft)}; use draft 2020-12, 2019-09 or draft-07`)
}

/** As `/limits/rate must be number`. */
function sentence({ instancePath, message, params, keyword }: ErrorObject): string {
  return `${instancePath === '' ? 'it' : instancePath} ${message}${detail(keyword, params)}`
}

/** What ajv's own words leave out. */
function detail(keyword: string, params: Record<string, unknown>): string {
  if (keyword === 'additionalProperties') return `: ${params.additionalProperty}`
  if (keyword === 'unevaluatedProperties') return `: ${params.unevaluatedProperty}`
  if (keyword === 'enum') return `: ${(params.allowedValues as unknown[]).map((one) => JSON.stringify(one)).join(', ')}`
  if (keyword === 'const') return `: ${JSON.stringify(params.allowedValue)}`
  return ''
}
