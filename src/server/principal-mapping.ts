/**
 * Rules by which the subject of a certificate becomes a name, written as Kafka's ssl.principal.mapping.rules:
 * `RULE:^CN=(.*?),.*$/$1/L, DEFAULT`. The first rule that fits decides; DEFAULT leaves the subject as it is.
 */

/** Null: no rule is for it. */
export type PrincipalMapping = (subject: string) => string | null

const ruleParts = /^RULE:((?:\\.|[^\\/])*)\/((?:\\.|[^\\/])*)\/([LU]?)$/
const splitter = /\s*(DEFAULT|RULE:(?:\\.|[^\\/])*\/(?:\\.|[^\\/])*\/[LU]?|.*?)\s*(?:,\s*|$)/gy

/** Throws a sentence that says which rule cannot be used. */
export function principalMapping(rules: string): PrincipalMapping {
  const mappings = split(rules.trim()).map(mappingOf)
  return (subject) => {
    for (const mapping of mappings) {
      const name = mapping(subject)
      if (name !== null) return name
    }
    return null
  }
}

function split(rules: string): string[] {
  const found = [...rules.matchAll(splitter)].map(([, rule]) => rule!)
  return found.filter((rule) => rule !== '')
}

function mappingOf(rule: string): PrincipalMapping {
  if (rule === 'DEFAULT') return (subject) => subject
  const [, pattern, replacement, letters] = ruleParts.exec(rule) ?? []
  if (pattern === undefined)
    throw new Error(`${rule} is no rule; write RULE:pattern/replacement/, with L or U behind, or DEFAULT`)
  const expression = regularExpression(pattern, rule)
  return (subject) => {
    const match = expression.exec(subject)
    if (match === null) return null
    const name = filled(replacement!, match)
    return letters === 'L' ? name.toLowerCase() : letters === 'U' ? name.toUpperCase() : name
  }
}

function regularExpression(pattern: string, rule: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u')
  } catch (error) {
    throw new Error(`${rule}: ${(error as Error).message}`)
  }
}

/** `$1` is the first group; a number of which there is no group stands for itself, as in Kafka. */
function filled(replacement: string, match: RegExpExecArray): string {
  return replacement.replace(/\\(.)|\$(\d+)/g, (whole, plain?: string, digits?: string) => {
    if (plain !== undefined) return plain
    for (let length = digits!.length; length > 0; length--) {
      const group = Number(digits!.slice(0, length))
      if (group < match.length) return `${match[group] ?? ''}${digits!.slice(length)}`
    }
    return whole
  })
}
