/** Every page in light colours: complete, accessible, and at home from 400 px to 4K. */
import { missing } from '../../support/chromium.ts'
import { lookAtAll } from '../../support/console-pages.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console pages, light', 150, missing)

test('every page is shown without an error, is accessible, and scrolls only downwards', (cleanup) =>
  lookAtAll(cleanup, 'light'))

test.run()
