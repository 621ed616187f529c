/** The routes that there are, as people are told of them: paths name their parts in braces, `/plugins/{name}`. */

export interface Endpoint {
  /** `*` is any. */
  readonly method: string
  readonly path: string
}

/** hono writes a part of a path `:name`. */
export function shownPath(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}')
}

export function endpointsOf(routes: readonly Endpoint[]): readonly Endpoint[] {
  return routes.map(({ method, path }) => ({ method, path: shownPath(path) }))
}

/** Whether this path is one of those that the endpoint serves. */
export function serves({ path: pattern }: Endpoint, path: string): boolean {
  const parts = pattern.split('/')
  const asked = path.split('/')
  return parts.length === asked.length && parts.every((part, at) => part.startsWith('{') || part === asked[at])
}
