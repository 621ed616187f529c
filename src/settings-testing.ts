/** What suites set: the clock. */
import { setting } from './settings-table.ts'
import { oneOf } from './settings-values.ts'

export const testing = {
  clock: setting(
    'clock',
    oneOf('real', 'manual'),
    'real',
    'manual: time stands still until it is moved on. Sessions, rebalances, retention and log-append times go by it.',
  ),
}
