/**
 * Where the code of a worker thread lies: beside this file, in `src/plugins` as compiled, and beside the bundle in
 * `dist`, into which this file was drawn.
 */
export function entryUrl(name: 'worker' | 'transpile-worker'): URL {
  return new URL(`./${name}.js`, import.meta.url)
}
