/** HTML from templates. */
import { Hono } from 'hono'
import { html } from 'hono/html'
import * as assert from 'uvu/assert'
import { showPage, table } from '../../src/http/page.ts'
import { suite } from '../support/suite.ts'

const test = suite('http page')

test('a table escapes its cells and sets numbers apart', async () => {
  const markup = `${await table(['a'], [['<b>', 7]])}`
  assert.match(markup, '<th>a</th>')
  assert.match(markup, '<td>&lt;b&gt;</td><td class="number">7</td>')
})

test('a page may run nothing, load nothing and refresh itself only when asked to', async () => {
  const app = new Hono()
  app.get('/', (c) => showPage(c, { title: '<x>', refreshSeconds: null, body: html`<p>hi</p>` }))
  const response = await app.request('/')
  const text = await response.text()
  assert.match(text, '<title>&lt;x&gt;</title>')
  assert.match(text, '<p>hi</p>')
  assert.not.match(text, 'refresh')
  assert.match(response.headers.get('content-security-policy')!, "default-src 'none'")
})

test.run()
