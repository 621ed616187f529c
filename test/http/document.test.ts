/** The API, described by itself: for programs and as a page. */
import * as assert from 'uvu/assert'
import { testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('http document')

test('the document names every route that the overview lists, but for aliases and what plugins answer', async () => {
  const { get } = testHttp()
  const { paths } = (await get('/openapi.json')).json
  const { endpoints } = (await get('/')).json
  const told = Object.entries<object>(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const served: string[] = endpoints.map(({ method, path }: { method: string; path: string }) => `${method} ${path}`)
  assert.equal(
    served.filter((one) => !told.includes(one)),
    ['POST /api/plugins/load', 'DELETE /api/plugins/unload/{name}', '* /plugins/{name}/http/*'],
  )
})

test('the page shows every route and loads nothing', async () => {
  const { get } = testHttp()
  const { status, headers, text } = await get('/docs')
  assert.is(status, 200)
  assert.match(headers.get('content-security-policy')!, "default-src 'none'")
  for (const path of Object.keys((await get('/openapi.json')).json.paths)) assert.match(text, `</b> ${path}</code>`)
  assert.not.match(text, /<script|src=|https?:/)
})

test.run()
