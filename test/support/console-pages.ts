/** Every page of the console, looked at in one theme and in three sizes. */
import * as assert from 'uvu/assert'
import {
  desk,
  hasNoHorizontalScrolling,
  isAccessible,
  type Look,
  type Opened,
  openConsole,
  phone,
  picture,
  wall,
} from './chromium.ts'
import { startWithSamples } from './console-samples.ts'
import type { Cleanup } from './suite.ts'

interface View {
  readonly name: string
  readonly address: string
  /** Seen once the page has what it asked for. */
  readonly text: string
}

export const views: readonly View[] = [
  { name: 'overview', address: '', text: 'Connect a client' },
  { name: 'topics', address: 'topics', text: 'sensitive-customers' },
  { name: 'topic-records', address: 'topics/orders', text: 'customer-3' },
  { name: 'topic-records-from', address: 'topics/orders?from=start&partition=0', text: 'Read on' },
  { name: 'topic-produce', address: 'topics/orders?tab=produce', text: 'What became of them' },
  { name: 'topic-partitions', address: 'topics/orders?tab=partitions', text: 'Next offset' },
  { name: 'topic-configs', address: 'topics/orders?tab=configs', text: 'cleanup.policy' },
  { name: 'groups', address: 'groups', text: 'billing' },
  { name: 'group', address: 'groups/billing', text: 'Committed' },
  { name: 'consumer-group', address: 'groups/shipping', text: 'uniform' },
  { name: 'share-group', address: 'groups/workers', text: 'share' },
  { name: 'transactions', address: 'transactions', text: 'shop-1' },
  { name: 'brokers', address: 'brokers', text: 'Changed only' },
  { name: 'plugins', address: 'plugins', text: 'guard' },
  { name: 'plugin', address: 'plugins/guard', text: 'Latency of its hooks' },
  { name: 'plugin-log', address: 'plugins/guard?tab=log', text: 'Log' },
  { name: 'plugin-config', address: 'plugins/guard?tab=config', text: 'Config' },
  { name: 'refusals', address: 'refusals', text: 'sensitive-customers' },
  { name: 'requests', address: 'requests', text: 'Heartbeat' },
  { name: 'faults', address: 'faults', text: 'slow' },
  { name: 'clock', address: 'clock', text: 'Begin anew' },
  { name: 'nowhere', address: 'nowhere', text: 'There is no such page' },
]

/** Looks at each, and says all that is wrong at once. */
export async function lookAtAll(cleanup: Cleanup, theme: Look['theme']): Promise<void> {
  const running = await startWithSamples(cleanup)
  const opened = await openConsole(cleanup, running, { ...desk, theme })
  const wrong: string[] = []
  for (const view of views) {
    await look(opened, view, theme).catch((error: Error) => wrong.push(`${view.name}: ${error.message}`))
    wrong.push(...opened.problems().map((problem) => `${view.name}: ${problem}`))
  }
  assert.is(wrong.join('\n'), '')
}

async function look({ page, go }: Opened, { name, address, text }: View, theme: Look['theme']): Promise<void> {
  await page.setViewportSize(desk)
  await go(address)
  await page.getByText(text).first().waitFor()
  await picture(page, `${name}-${theme}`)
  await isAccessible(page, `${name} in ${theme}`)
  for (const [size, at] of Object.entries({ phone, wall })) {
    await page.setViewportSize(at)
    await picture(page, `${name}-${theme}-${size}`)
    await hasNoHorizontalScrolling(page, `${name} at ${at.width} px`)
    if (at === phone) await isAccessible(page, `${name} in ${theme} at ${at.width} px`)
  }
}
