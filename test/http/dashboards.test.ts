/** docs/grafana-dashboard.json and docs/alerts.yaml use nothing but metrics and labels that there are. */
import { readFileSync } from 'node:fs'
import { load as parseYaml } from 'js-yaml'
import * as assert from 'uvu/assert'
import { testHttp } from '../support/http.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { parseExposition } from '../support/prometheus.ts'
import { suite } from '../support/suite.ts'

const test = suite('dashboards')

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[]
}
interface Alerts {
  readonly groups: readonly { readonly rules: readonly Rule[] }[]
}
interface Rule {
  readonly alert: string
  readonly expr: string
  readonly annotations: Readonly<Record<string, string>>
}

const dashboard: Dashboard = JSON.parse(readFileSync('docs/grafana-dashboard.json', 'utf8'))
const alerts = parseYaml(readFileSync('docs/alerts.yaml', 'utf8')) as Alerts
const rules = alerts.groups.flatMap((group) => group.rules)

const expressions: readonly (readonly [where: string, expression: string])[] = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
]

/** Words of PromQL that are used. */
const words = new Set(['absent', 'and', 'by', 'delta', 'histogram_quantile', 'increase', 'rate', 'sum'])

/** Metrics by name, with the labels that their samples have. */
async function served(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const http = testHttp({ plugins: [pluginStatus()] })
  await http.post('/topics/t/records', { value: 'a' })
  await http.send('PUT', '/groups/g/offsets', { offsets: [{ topic: 't', partition: 0, offset: 0 }] })
  const families = parseExposition((await http.get('/metrics')).text)
  const metrics = new Map<string, Set<string>>()
  for (const { name, labels } of [...families.values()].flatMap(({ samples }) => samples)) {
    const known = metrics.get(name) ?? new Set()
    for (const label of Object.keys(labels)) known.add(label)
    metrics.set(name, known)
  }
  return metrics
}

/** What it says without ranges, texts and numbers. */
function usedIn(expression: string): { metrics: readonly string[]; labels: readonly string[] } {
  const bare = expression.replace(/\[[^\]]*\]/g, '').replace(/"[^"]*"/g, '')
  const grouped = [...bare.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels]) => labels!.split(/, */))
  const matched = [...bare.matchAll(/\{([^}]*)\}/g)].flatMap(([, matchers]) => matchers!.match(/\w+(?= *[=!])/g) ?? [])
  const rest = bare.replace(/\bby \([^)]*\)/g, 'by').replace(/\{[^}]*\}/g, '')
  const metrics = (rest.match(/[a-zA-Z_:][\w:]*/g) ?? []).filter((word) => !words.has(word))
  return { metrics, labels: [...grouped, ...matched] }
}

test('every expression uses metrics that there are, by labels that they have', async () => {
  const metrics = await served()
  assert.ok(expressions.length > 20)
  for (const [where, expression] of expressions) {
    const used = usedIn(expression)
    assert.ok(used.metrics.length > 0, where)
    for (const name of used.metrics) assert.ok(metrics.has(name), `${where}: there is no ${name}`)
    for (const label of used.labels) {
      const has = used.metrics.some((name) => metrics.get(name)!.has(label))
      assert.ok(has, `${where}: ${used.metrics} has no label ${label}`)
    }
  }
})

test('an alert says what is wrong and what to do, by labels that its metrics have', async () => {
  const metrics = await served()
  for (const { alert, expr, annotations } of rules) {
    assert.ok(annotations.summary && annotations.description, alert)
    const known = usedIn(expr).metrics.flatMap((name) => [...metrics.get(name)!])
    for (const [, label] of Object.values(annotations)
      .join()
      .matchAll(/\$labels\.(\w+)/g)) {
      assert.ok(known.includes(label!), `${alert}: no label ${label}`)
    }
  }
})

test.run()
