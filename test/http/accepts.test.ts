/** What clients ask for by `Accept`. */
import { Hono } from 'hono'
import * as assert from 'uvu/assert'
import { accepts } from '../../src/http/accepts.ts'
import { suite } from '../support/suite.ts'

const test = suite('http accepts')

test('only who names a media type asks for it', async () => {
  const app = new Hono()
  app.get('/', (c) => c.text(`${accepts(c, 'text/html')}`))
  const asked = async (accept: string) => (await app.request('/', { headers: { accept } })).text()
  assert.is(await asked('TEXT/HTML,application/xhtml+xml'), 'true')
  assert.is(await asked('*/*'), 'false')
})

test.run()
