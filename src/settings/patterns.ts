/**
 * Kinds of names that stand for many: topics, clients and hosts. A name in which `*` stands for anything, or, but for
 * hosts, a regular expression between slashes.
 */
import { AllowedHosts } from '../plugins/capabilities/allowed-hosts.ts'
import { principalOf } from '../protocol/principal.ts'
import { type Kind, list, text } from './values.ts'

const expressionLengthMax = 1000

/** `example` completes “use …”. */
function patterns(name: string, glob: RegExp, example: string): Kind<readonly string[]> {
  const written = text(name, glob, `${example}, or a regular expression between slashes`)
  const pattern: Kind<string> = {
    name,
    read(raw, place) {
      if (typeof raw !== 'string' || !raw.startsWith('/')) return written.read(raw, place)
      const why = whyNoExpression(raw)
      return why === null ? raw : place.refuse(raw, why)
    },
  }
  const several = list(pattern, 1)
  return {
    ...several,
    read: (raw, place) => several.read(typeof raw === 'string' ? splitPatterns(raw) : raw, place),
  }
}

/** Commas stand between patterns; those within a regular expression are its own. */
function splitPatterns(patterns: string): string | string[] {
  if (!patterns.includes('/')) return patterns
  return (patterns.match(/\/(?:\\.|[^/\\])*\/i?|[^,\s][^,]*/g) ?? [])
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

function whyNoExpression(written: string): string | null {
  if (written.length > expressionLengthMax) return `use at most ${expressionLengthMax} characters`
  const [, source, flags] = /^\/(.+)\/(i?)$/.exec(written) ?? []
  if (source === undefined) return 'end the regular expression with a slash, or with /i for any case of letters'
  try {
    new RegExp(source, `u${flags}`)
    return null
  } catch (error) {
    return `correct the regular expression: ${(error as SyntaxError).message.replace(/^.*: /, '')}`
  }
}

export const topicPatterns = patterns(
  'topic pattern',
  /^[\w.*-]{1,249}$/,
  'topic names, in which * stands for anything',
)

/** Client ids may hold anything; so may principals, as `User:alice`. */
export const clientPatterns = patterns(
  'client pattern',
  /^[^\p{Cc}]{1,255}$/u,
  'client ids or principals (User:alice), in which * stands for anything',
)

const principal: Kind<string> = {
  name: 'principal',
  read: (raw, place) =>
    typeof raw === 'string' && principalOf(raw) !== null ? raw : place.refuse(raw, 'use a type and a name: User:alice'),
}

/** As text separated by semicolons, as in Kafka: names of certificates have commas. */
export const principals: Kind<readonly string[]> = {
  ...list(principal),
  read: (raw, place) => list(principal).read(typeof raw === 'string' ? splitPrincipals(raw) : raw, place),
}

function splitPrincipals(principals: string): string[] {
  return principals
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

const host: Kind<string> = {
  name: 'host',
  read(raw, place) {
    try {
      new AllowedHosts([`${raw}`])
      return `${raw}`
    } catch {
      return place.refuse(raw, 'use a name, *.name, an address or a range (10.0.0.0/8), each perhaps with :port or :*')
    }
  },
}

/** As the plugin's requests are held against them. */
export const hosts = list(host, 1)
