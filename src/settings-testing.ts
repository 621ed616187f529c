/** What suites set: the clock, and what goes wrong. */
import { fault } from './settings-faults.ts'
import { setting } from './settings-table.ts'
import { list, oneOf } from './settings-values.ts'

export const testing = {
  clock: setting(
    'clock',
    oneOf('real', 'manual'),
    'real',
    'manual: time stands still until it is moved on. Sessions, rebalances, retention and log-append times go by it.',
  ),
  faults: setting('faults', list(fault), [], 'What goes wrong from the start; more can be added over HTTP.'),
}
