/**
 * Whether a component fits a world of blink:plugin: it exports what one of the editions served here demands, and asks
 * for nothing that was not granted. Checked by name before any of its code is compiled.
 */
import { type Grants, notGranted, whyNotGranted } from '../capabilities/capabilities.ts'
import { type ComponentNames, NotAComponent } from './component.ts'
import { type Hook, hooksOf } from './plugin-info.ts'

/** Patch versions differ in documentation only. */
const plugin = /^blink:plugin\/plugin@0\.1\.\d+$/
const lifecycle = /^blink:plugin\/lifecycle@0\.2\.\d+$/
const ofSecondEdition = /^blink:plugin\/[^@]+@0\.2\.\d+$/
const versioned = /^blink:plugin\/[^@]*@(.+)$/
const served = /^0\.[12]\.\d+$/

/** Of the hooks of 0.2, those that make a plugin; the others come with one of these. */
const entryHooks: readonly Hook[] = ['on-records', 'on-fetch', 'on-timer', 'handle-http']

/** Throws with what is wrong and what to do; otherwise the edition it is to be called by: the later if it is both. */
export function checkWorld({ imports, exports }: ComponentNames, grants: Grants): '0.1' | '0.2' {
  const edition = editionOf(exports)
  const foreign = foreignVersion(imports)
  if (foreign !== null) throw new NotAComponent(whyVersion(foreign))
  const refused = notGranted(imports, grants)
  if (refused.length > 0) throw new NotAComponent(whyNotGranted(refused))
  return edition
}

function editionOf(exports: readonly string[]): '0.1' | '0.2' {
  const hasLifecycle = exports.some((name) => lifecycle.test(name))
  const hasHook = hooksOf(exports).some((hook) => entryHooks.includes(hook))
  if (hasLifecycle && hasHook) return '0.2'
  if (exports.some((name) => plugin.test(name))) return '0.1'
  const foreign = foreignVersion(exports)
  if (foreign !== null) throw new NotAComponent(whyVersion(foreign))
  if (!exports.some((name) => ofSecondEdition.test(name))) throw new NotAComponent(whyOtherWorld(exports))
  const missing = hasLifecycle
    ? 'no hook: export at least one of records, fetches, timer and http'
    : 'not blink:plugin/lifecycle@0.2.0: export it'
  throw new NotAComponent(`exports ${exports.join(', ')}, but ${missing}, as wit/v2/blink-plugin.wit has it`)
}

function foreignVersion(names: readonly string[]): string | null {
  const versions = names.map((name) => versioned.exec(name)?.[1])
  return versions.find((version) => version !== undefined && !served.test(version)) ?? null
}

function whyOtherWorld(exports: readonly string[]): string {
  const what = exports.length === 0 ? 'nothing' : exports.join(', ')
  return (
    `is a component for another world: it exports ${what}, but neither blink:plugin/plugin@0.1.0 nor ` +
    'blink:plugin/lifecycle@0.2.0. Build it for a world of wit/blink-plugin.wit or wit/v2/blink-plugin.wit'
  )
}

function whyVersion(version: string): string {
  return (
    `was built for blink:plugin@${version}; this broker serves 0.1.x and 0.2.x. ` +
    'Build it with the wit folder of this broker'
  )
}
