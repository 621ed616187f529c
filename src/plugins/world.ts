/**
 * Whether a component fits the world `blink-plugin`: it exports the plugin's interface in a version served here, and
 * asks for nothing that was not granted. Checked by name before any of its code is compiled.
 */
import { type ComponentNames, NotAComponent } from './component.ts'

/** Patch versions of 0.1 differ in documentation only. */
const pluginExport = /^blink:plugin\/plugin@0\.1\.\d+$/
const anyPluginExport = /^blink:plugin\/[^@]*@(.+)$/

/**
 * What every plugin may import. WASI's filesystem is among it because components of Rust and C import it whether they
 * use it or not; there are no files in it.
 */
const granted = [
  /^blink:plugin\/host@0\.1\.\d+$/,
  /^wasi:cli\/(environment|exit|stdin|stdout|stderr|terminal-(input|output|stdin|stdout|stderr))@0\.2\.\d+$/,
  /^wasi:clocks\/(monotonic-clock|wall-clock)@0\.2\.\d+$/,
  /^wasi:filesystem\/(types|preopens)@0\.2\.\d+$/,
  /^wasi:io\/(error|poll|streams)@0\.2\.\d+$/,
  /^wasi:random\/(random|insecure|insecure-seed)@0\.2\.\d+$/,
]

/** Throws with what is wrong and what to do; otherwise the name of the exported interface. */
export function checkWorld({ imports, exports }: ComponentNames): string {
  const plugin = exports.find((name) => pluginExport.test(name))
  if (plugin === undefined) throw new NotAComponent(whyNoPlugin(exports))
  const foreign = imports
    .map((name) => anyPluginExport.exec(name)?.[1])
    .find((version) => version && !isServed(version))
  if (foreign !== undefined) throw new NotAComponent(whyVersion(foreign))
  const refused = imports.filter((name) => !granted.some((pattern) => pattern.test(name)))
  if (refused.length > 0) {
    throw new NotAComponent(
      `imports ${refused.join(', ')}, which plugins of this broker cannot use: build it without (it may import ` +
        'blink:plugin/host@0.1.0, and of WASI 0.2 wasi:cli, wasi:clocks, wasi:io, wasi:random and wasi:filesystem)',
    )
  }
  return plugin
}

function whyNoPlugin(exports: readonly string[]): string {
  const version = exports.map((name) => anyPluginExport.exec(name)?.[1]).find((found) => found !== undefined)
  if (version !== undefined && !isServed(version)) return whyVersion(version)
  const what = exports.length === 0 ? 'nothing' : exports.join(', ')
  return (
    `is a component for another world: it exports ${what}, but not blink:plugin/plugin@0.1.0. ` +
    'Build it for the world blink-plugin of wit/blink-plugin.wit'
  )
}

function isServed(version: string): boolean {
  return /^0\.1\.\d+$/.test(version)
}

function whyVersion(version: string): string {
  return `was built for blink:plugin@${version}; this broker serves 0.1.x. Build it with the wit folder of this broker`
}
