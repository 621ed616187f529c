/** The console's files, as a browser asks for them. */
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Hono } from 'hono'
import * as assert from 'uvu/assert'
import { answerErrors } from '../../src/http/errors.ts'
import { ConsoleFiles, consoleFolder } from '../../src/http/console.ts'
import { testHttp } from '../support/http.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('http console')

const page = '<!doctype html><script>first()</script><style>p { margin: 0 }</style>'
const script = 'console.log("a script")\n'.repeat(20)

function built(cleanup: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-console-'))
  cleanup.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of [
    ['index.html', page],
    ['main-ABC.js', script],
  ] as const) {
    writeFileSync(join(folder, name), text)
    writeFileSync(join(folder, `${name}.gz`), gzipSync(text))
  }
  return folder
}

function serve(folder: string) {
  const app = new Hono()
  answerErrors(app, [])
  const files = new ConsoleFiles(folder)
  app.get('/', (c) => files.page(c))
  app.get('/console/:file', (c) => files.asset(c, c.req.param('file')))
  return (path: string, headers: Record<string, string> = {}) => app.request(path, { headers })
}

test('the page may ask nothing but this server, and run nothing in it that it was not built with', async (cleanup) => {
  const response = await serve(built(cleanup))('/')
  assert.is(await response.text(), page)
  const policy = response.headers.get('content-security-policy')!
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const own = `script-src 'self' ${hash('first()')}; style-src 'self' ${hash('p { margin: 0 }')}`
  assert.match(policy, `default-src 'none'; ${own}; img-src 'self'; connect-src 'self'`)
  assert.not.match(policy, /unsafe|data:|https?:/)
})

test('the page is asked for anew, and not sent again while it is the same', async (cleanup) => {
  const get = serve(built(cleanup))
  const { headers } = await get('/')
  assert.is(headers.get('cache-control'), 'no-cache')
  const tag = headers.get('etag')!
  assert.is((await get('/', { 'if-none-match': tag })).status, 304)
  assert.is((await get('/', { 'if-none-match': `W/${tag}` })).status, 304)
  assert.is((await get('/', { 'if-none-match': '"other"' })).status, 200)
})

test('what it loads is kept for ever, and comes compressed to who can read that', async (cleanup) => {
  const get = serve(built(cleanup))
  const plain = await get('/console/main-ABC.js')
  assert.is(plain.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.is(plain.headers.get('content-type'), 'text/javascript; charset=utf-8')
  assert.is(await plain.text(), script)
  const gzipped = await get('/console/main-ABC.js', { 'accept-encoding': 'br, gzip' })
  assert.is(gzipped.headers.get('content-encoding'), 'gzip')
  assert.is(gunzipSync(Buffer.from(await gzipped.arrayBuffer())).toString(), script)
})

test('a small file is not made larger by compressing it', async (cleanup) => {
  const response = await serve(built(cleanup))('/', { 'accept-encoding': 'gzip' })
  assert.is(response.headers.get('content-encoding'), null)
})

test('nothing but what was built is served', async (cleanup) => {
  const folder = built(cleanup)
  mkdirSync(join(folder, 'sub'))
  const get = serve(folder)
  for (const name of ['other.js', 'main-ABC.js.gz', '..%2Findex.html', '%2Fetc%2Fpasswd', 'sub']) {
    assert.is((await get(`/console/${name}`)).status, 404, name)
  }
})

test('a console that is not built is said to be so', async () => {
  const response = await serve('/nowhere')('/')
  assert.is(response.status, 503)
  assert.match(await response.text(), /"console_not_built".*npm run build/)
})

test('the console lies beside the bundle, or in dist', (cleanup) => {
  const folder = built(cleanup)
  mkdirSync(join(folder, 'console'))
  assert.match(consoleFolder(folder), /dist\/console$/)
  writeFileSync(join(folder, 'console', 'index.html'), '')
  assert.is(consoleFolder(folder), join(folder, 'console'))
})

test('a browser that asks for / gets the console, and all that it names', async () => {
  const http = testHttp()
  const { status, text } = await http.get('/', { accept: 'text/html,*/*' })
  assert.is(status, 200)
  const paths = [...text.matchAll(/(?:href|src)="(\/console\/[^"]+)"/g)].map(([, path]) => path!)
  assert.is(paths.length, 2)
  for (const path of paths) assert.is((await http.get(path)).status, 200, path)
})

test.run()
