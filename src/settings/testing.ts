/** What suites set: the clock, what is kept for them, and what goes wrong. */
import { fault } from './faults.ts'
import { setting } from './table.ts'
import { integer, list, oneOf, path } from './values.ts'

export const testing = {
  clock: setting(
    'clock',
    oneOf('real', 'manual'),
    'real',
    'manual: time stands still until it is moved on. Sessions, rebalances, retention and log-append times go by it.',
  ),
  requestsKept: setting(
    'requests_kept',
    integer(0, 1_000_000),
    0,
    'How many of the last requests are kept, decoded, to be looked at by GET /requests. 0: none.',
  ),
  readyFile: setting(
    'ready_file',
    path,
    null,
    'A file that is written once Blink is ready, and removed when it stops: JSON with bootstrap, http and pid.',
  ),
  faults: setting('faults', list(fault), [], 'What goes wrong from the start; more can be added over HTTP.'),
}
