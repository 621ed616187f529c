/**
 * The console: the page that a browser gets at `/`, and the files that it loads from `/console/…`.
 *
 * Files are read when they are first asked for, and kept. Their names change with what is in them, so browsers never
 * ask for one twice; of the page they ask whether it is still the same. Its policy lets it load and ask nothing but
 * this server, and run nothing that is written into it but what it was built with.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Context } from 'hono'
import { HttpError } from './errors.ts'
import { media, type Route, route } from './route.ts'

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

function policyOf(page: string): string {
  return [
    "default-src 'none'",
    `script-src 'self'${hashesIn(page, /<script>(.*?)<\/script>/gs)}`,
    `style-src 'self'${hashesIn(page, /<style>(.*?)<\/style>/gs)}`,
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

function hashesIn(page: string, elements: RegExp): string {
  const texts = [...page.matchAll(elements)].map(([, text]) => text!)
  return texts.map((text) => ` 'sha256-${createHash('sha256').update(text).digest('base64')}'`).join('')
}

/** What the page loads. */
export function consoleRoutes(files: ConsoleFiles): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/console/:file',
      tag: 'About',
      summary: 'What the console loads.',
      answer: media({ '*/*': null }, 'The file.'),
      isUndocumented: true,
      handle: ({ c, params }) => files.asset(c, params.file),
    }),
  ]
}

/** As `scripts/build-console.js` made it: beside the bundle, or, for tests, in the `dist` of the project. */
export function consoleFolder(from = dirname(fileURLToPath(import.meta.url))): string {
  const beside = join(from, 'console')
  return existsSync(join(beside, 'index.html')) ? beside : join(from, '..', '..', '..', 'dist', 'console')
}

interface File {
  readonly plain: Buffer<ArrayBuffer>
  readonly gzipped: Buffer<ArrayBuffer>
  readonly tag: string
  /** Of a page: what it may do. */
  readonly policy: string
}

export class ConsoleFiles {
  readonly #folder: string
  readonly #files = new Map<string, File>()

  constructor(folder = consoleFolder()) {
    this.#folder = folder
  }

  /** The page itself, for a browser that asks for `/`. */
  page(c: Context): Response {
    const { tag, policy } = this.#file('index.html')
    const headers = {
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': policy,
      ETag: tag,
      'Referrer-Policy': 'no-referrer',
      Vary: 'Accept, Accept-Encoding',
    }
    // A proxy on the way may have weakened it.
    if (c.req.header('if-none-match')?.includes(tag) === true) return c.body(null, 304, headers)
    return this.#answer(c, 'index.html', headers)
  }

  /** What the page loads. */
  asset(c: Context, name: string): Response {
    return this.#answer(c, name, {
      'Cache-Control': 'public, max-age=31536000, immutable',
      Vary: 'Accept-Encoding',
    })
  }

  #answer(c: Context, name: string, headers: Readonly<Record<string, string>>): Response {
    const { plain, gzipped } = this.#file(name)
    const mayGzip = (c.req.header('accept-encoding') ?? '').includes('gzip') && gzipped.length < plain.length
    const encoding: Record<string, string> = mayGzip ? { 'Content-Encoding': 'gzip' } : {}
    const type = types[name.slice(name.lastIndexOf('.') + 1)]!
    return c.body(mayGzip ? gzipped : plain, 200, { ...headers, ...encoding, 'Content-Type': type })
  }

  #file(name: string): File {
    const kept = this.#files.get(name)
    if (kept !== undefined) return kept
    if (!existsSync(join(this.#folder, 'index.html'))) {
      throw new HttpError(503, 'console_not_built', 'the console is not built; npm run build builds it')
    }
    // Of the folder only what is listed in it: a name cannot lead out.
    const isThere = /\.(css|html|js|svg)$/.test(name) && readdirSync(this.#folder).includes(name)
    if (!isThere) throw new HttpError(404, 'not_found', `the console has no file ${name}; load / again`)
    const plain = readFileSync(join(this.#folder, name))
    const gzipped = readFileSync(join(this.#folder, `${name}.gz`))
    const tag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 16)}"`
    const file = { plain, gzipped, tag, policy: name.endsWith('.html') ? policyOf(plain.toString()) : '' }
    this.#files.set(name, file)
    return file
  }
}
