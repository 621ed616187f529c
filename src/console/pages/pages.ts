/** The pages, in the order of the navigation. */
import type { ComponentType } from 'preact'
import { BrokersPage } from './brokers.tsx'
import { ClockPage } from './clock.tsx'
import { FaultsPage } from './faults.tsx'
import { GroupsPage } from './groups.tsx'
import { OverviewPage } from './overview.tsx'
import { PluginsPage } from './plugins.tsx'
import { RefusalsPage } from './refusals.tsx'
import { RequestsPage } from './requests.tsx'
import { TopicsPage } from './topics.tsx'
import { TransactionsPage } from './transactions.tsx'

export interface PageDescription {
  /** Its address, without what follows. */
  readonly id: string
  readonly title: string
  readonly group: 'Data' | 'Rules' | 'Tests'
  readonly show: ComponentType<{ readonly rest: readonly string[] }>
}

export const pages: readonly PageDescription[] = [
  { id: '', title: 'Overview', group: 'Data', show: OverviewPage },
  { id: 'topics', title: 'Topics', group: 'Data', show: TopicsPage },
  { id: 'groups', title: 'Groups', group: 'Data', show: GroupsPage },
  { id: 'transactions', title: 'Transactions', group: 'Data', show: TransactionsPage },
  { id: 'plugins', title: 'Plugins', group: 'Rules', show: PluginsPage },
  { id: 'refusals', title: 'Refused records', group: 'Rules', show: RefusalsPage },
  { id: 'requests', title: 'Requests', group: 'Tests', show: RequestsPage },
  { id: 'faults', title: 'Faults', group: 'Tests', show: FaultsPage },
  { id: 'brokers', title: 'Brokers', group: 'Tests', show: BrokersPage },
  { id: 'clock', title: 'Clock and state', group: 'Tests', show: ClockPage },
]
