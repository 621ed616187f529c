/**
 * The console in a real browser: Debian's Chromium, or whichever CHROMIUM names. What a page loads, logs and throws is
 * watched, and pictures of it are kept in `.cache/console-screenshots`.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Page } from 'playwright-core'
import * as assert from 'uvu/assert'
import type { Running } from './running.ts'
import type { Cleanup } from './suite.ts'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const found = process.env.CHROMIUM ?? places.find((place) => existsSync(place))

/** For `suite`: why its tests are skipped. */
export const missing = found === undefined ? 'no Chromium; install it, or name it in CHROMIUM' : null

export interface Look {
  readonly theme: 'light' | 'dark'
  readonly width: number
  readonly height: number
}

export const desk: Look = { theme: 'light', width: 1280, height: 800 }
export const phone: Look = { theme: 'light', width: 400, height: 800 }
export const wall: Look = { theme: 'light', width: 3840, height: 2160 }

export interface Opened {
  readonly page: Page
  /** Goes to the address after `#`, and waits until the page has what it asked for. */
  go(address: string): Promise<void>
  /** What it logged as an error or threw since it was last asked. */
  problems(): readonly string[]
}

/** A browser that remembers nothing, with one page. Every request must go to the broker. */
export async function openConsole(cleanup: Cleanup, running: Running, look: Look = desk): Promise<Opened> {
  const origin = `http://127.0.0.1:${running.broker.httpPort}`
  // As root, which tests in containers are, Chromium has no sandbox.
  const args = ['--no-sandbox', '--disable-dev-shm-usage']
  const browser = await chromium.launch({ executablePath: found!, args })
  cleanup.after(() => browser.close())
  const context = await browser.newContext({
    baseURL: origin,
    colorScheme: look.theme,
    viewport: { width: look.width, height: look.height },
    permissions: ['clipboard-read', 'clipboard-write'],
    timezoneId: 'UTC',
    locale: 'en-GB',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(8000)
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(`${error}`))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${origin}/`) && !url.startsWith('blob:')) problems.push(`a request left the machine: ${url}`)
  })
  return {
    page,
    go: async (address) => {
      await page.goto(`${origin}/#/${address}`)
      await page.locator('main h1').waitFor()
    },
    problems: () => problems.splice(0),
  }
}

const pictures = '.cache/console-screenshots'

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: `${pictures}/${name}.png` })
}

export async function hasNoHorizontalScrolling(page: Page, what: string): Promise<void> {
  const beyond = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  assert.is(beyond, 0, `${what} is wider than the window`)
}

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

const axeSource = () => readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Nothing that axe-core calls serious or critical. */
export async function isAccessible(page: Page, what: string): Promise<void> {
  // By the debugger: the page's own policy would not let it in.
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(`${axeSource()};0`)
  const violations = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
  )) as readonly Violation[]
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const shown = grave.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join('\n  ')}`)
  assert.is(shown.join('\n'), '', what)
}
