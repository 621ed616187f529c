/** The smallest plugin that shows everything a plugin can do: greet, log at several levels, and give a verdict. */
import { log } from 'blink:plugin/host@0.1.0'

export const plugin = {
  init(): number | undefined {
    log('info', 'Hello world from TypeScript WASM plugin!')
    return undefined // No port: this plugin needs no status page.
  },

  onRecord(topic: string, partition: number, key: string | null | undefined, value: string): boolean {
    log('trace', '.')
    log('debug', `topic=${topic} partition=${partition} key=${key ?? 'none'} value of ${value.length} characters`)
    return true // Accept every record; `false` would refuse it.
  },
}
