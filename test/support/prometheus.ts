/**
 * What `promtool check metrics` holds against Prometheus' text form, as far as Blink could get it wrong: every line
 * parses, HELP and TYPE stand once before all lines of their metric, no series comes twice, buckets add up.
 */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly type: string
  readonly samples: Sample[]
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/
const labelsPart = /^(?:([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$))/
const number = /^[+-]?(Inf|\d+(\.\d+)?(e[+-]?\d+)?)$/

/** Throws at the first line that is wrong, and says what is. */
export function parseExposition(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, Family>()
  const helped = new Set<string>()
  const series = new Set<string>()
  let current: Family | null = null
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  for (const line of text.split('\n')) {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (line === '') continue
    if (word === 'HELP') {
      if (helped.has(name)) throw new Error(`a second HELP: ${line}`)
      helped.add(name)
    } else if (word === 'TYPE') {
      if (families.has(name) || !helped.has(name)) throw new Error(`a TYPE too much, or without HELP: ${line}`)
      if (!['counter', 'gauge', 'histogram'].includes(rest)) throw new Error(`no type: ${line}`)
      current = { name, type: rest, samples: [] }
      families.set(name, current)
    } else {
      const sample = parseSample(line)
      if (current === null || !belongs(sample, current)) throw new Error(`not where its metric is: ${line}`)
      const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`
      if (series.has(key)) throw new Error(`the same series again: ${line}`)
      series.add(key)
      current.samples.push(sample)
    }
  }
  for (const family of families.values()) if (family.type === 'histogram') checkBuckets(family)
  return families
}

function parseSample(line: string): Sample {
  const [, name, labels = '', value = ''] = sampleLine.exec(line) ?? []
  if (name === undefined || !number.test(value)) throw new Error(`no sample: ${line}`)
  return { name, labels: parseLabels(labels, line), value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value) }
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {}
  for (let left = text; left !== ''; ) {
    const [whole = '', name = '', value = ''] = labelsPart.exec(left) ?? []
    if (whole === '') throw new Error(`no labels: ${line}`)
    if (Object.hasOwn(labels, name)) throw new Error(`the label ${name} twice: ${line}`)
    labels[name] = value.replaceAll(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped))
    left = left.slice(whole.length)
  }
  return labels
}

function belongs({ name, labels }: Sample, family: Family): boolean {
  if (family.type !== 'histogram') return name === family.name
  if (name === `${family.name}_bucket`) return labels.le !== undefined
  return name === `${family.name}_sum` || name === `${family.name}_count`
}

/** Ascending bounds, counts that never fall, and the last bucket as full as the count. */
function checkBuckets({ name, samples }: Family): void {
  const of = (part: string) => samples.filter((sample) => sample.name === `${name}_${part}`)
  const others = ({ labels }: Sample) => {
    const { le: _, ...rest } = labels
    return JSON.stringify(Object.entries(rest).sort())
  }
  for (const total of of('count')) {
    const buckets = of('bucket').filter((bucket) => others(bucket) === others(total))
    const bounds = buckets.map(({ labels }) => (labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)))
    const isAscending = (list: readonly number[]) => list.every((one, at) => at === 0 || one >= list[at - 1]!)
    if (!isAscending(bounds) || bounds.at(-1) !== Number.POSITIVE_INFINITY) throw new Error(`${name}: bounds ${bounds}`)
    if (!isAscending(buckets.map(({ value }) => value))) throw new Error(`${name}: buckets are not cumulative`)
    if (buckets.at(-1)?.value !== total.value) throw new Error(`${name}: +Inf is not the count`)
    if (of('sum').filter((sum) => others(sum) === others(total)).length !== 1) throw new Error(`${name}: no sum`)
  }
  if (of('count').length !== of('sum').length) throw new Error(`${name}: as many sums as counts`)
}
