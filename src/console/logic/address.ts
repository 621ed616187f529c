/**
 * Where in the console one is, as the part of the URL after `#`: the paths before it are the API's.
 * `#/topics/orders?tab=produce`
 */

export interface Address {
  readonly path: readonly string[]
  readonly query: Readonly<Record<string, string>>
}

export function readAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2)
  return {
    path: path === '' ? [] : path.split('/').map(decoded),
    query: Object.fromEntries(new URLSearchParams(query)),
  }
}

/** For an `href`; parameters that are undefined or empty are left out. */
export function writeAddress(
  path: readonly string[],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  )
  const search = given.length === 0 ? '' : `?${new URLSearchParams(given)}`
  return `#/${path.map(encodeURIComponent).join('/')}${search}`
}

/** What a person typed may have a stray percent sign. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
