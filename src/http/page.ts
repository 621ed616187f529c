/** HTML, small and escaped: what a template is given as a value cannot become markup. */
import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>

const style = raw(`
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
  body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
  table { border-collapse: collapse } th, td { text-align: left; padding: .2rem 1.5rem .2rem 0; vertical-align: top }
  td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
  pre { overflow-x: auto } code, pre { font: 13px/1.5 ui-monospace, monospace }
`)

/** Nothing in the page runs, and nothing is loaded from elsewhere. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

export interface Page {
  readonly title: string
  /** How often the browser asks anew; null: never. */
  readonly refreshSeconds: number | null
  readonly body: Markup | readonly Markup[]
}

export function showPage(c: Context, { title, refreshSeconds, body }: Page): Response | Promise<Response> {
  c.header('Content-Security-Policy', policy)
  const refresh = refreshSeconds === null ? '' : html`<meta http-equiv="refresh" content="${refreshSeconds}">`
  return c.html(html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${refresh}
<title>${title}</title><style>${style}</style></head>
<body><h1>${title}</h1>${body}</body>
</html>`)
}

export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): Markup {
  return html`<table><tr>${head.map((name) => html`<th>${name}</th>`)}</tr>
${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</table>`
}

function cell(value: string | number): Markup {
  return typeof value === 'number' ? html`<td class="number">${value}</td>` : html`<td>${value}</td>`
}
