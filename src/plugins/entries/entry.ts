/**
 * Where the code of a worker thread or process lies: beside this file as compiled, and beside the bundle in
 * `dist`, into which this file was drawn.
 */
export type Entry = 'worker' | 'transpile-worker' | 'bundle-worker' | 'config-check-worker'

export function entryUrl(name: Entry): URL {
  return new URL(`./${name}.js`, import.meta.url)
}
