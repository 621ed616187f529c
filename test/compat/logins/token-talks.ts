/** Talks about delegation tokens, and logins by them. */
import { setTimeout } from 'node:timers/promises'
import { createDelegationToken } from '../../../src/protocol/messages/create-delegation-token.ts'
import { describeDelegationToken } from '../../../src/protocol/messages/describe-delegation-token.ts'
import { expireDelegationToken } from '../../../src/protocol/messages/expire-delegation-token.ts'
import { renewDelegationToken } from '../../../src/protocol/messages/renew-delegation-token.ts'
import { listGroups } from '../../../src/protocol/messages/list-groups.ts'
import type { Message } from '../differential/side.ts'
import type { Held, Talk } from './talk.ts'

const alice = { principalType: 'User', principalName: 'alice' }
const bob = { principalType: 'User', principalName: 'bob' }
const hourMs = 3_600_000

function create(talk: Talk, change: object = {}, version = 3): Promise<Message | null> {
  return talk.ask(createDelegationToken, version, { renewers: [], maxLifetimeMs: -1, ...change })
}

async function made(talk: Talk, change: object = {}): Promise<Message> {
  const token = (await create(talk, change)) ?? { tokenId: '', hmac: Buffer.alloc(0) }
  await known(talk, token.tokenId, true)
  return token
}

async function known(talk: Talk, id: string, isKnown: boolean): Promise<void> {
  const isThere = ({ tokens }: Message) => tokens.some(({ tokenId }: { tokenId: string }) => tokenId === id)
  await talk.until(describeDelegationToken, 3, { owners: null }, (answer) => isThere(answer) === isKnown)
}

async function described(talk: Talk, owners: readonly object[] | null, only: string, version = 3): Promise<void> {
  const answer = await talk.ask(describeDelegationToken, version, { owners }, ['tokens'])
  const mine = answer?.tokens.find(({ tokenId }: { tokenId: string }) => tokenId === only)
  const shown = mine && { ...mine, tokenId: 'own', hmac: 'own', issueTimestamp: 0, expiryTimestamp: 0, maxTimestamp: 0 }
  talk.said.push({ asked: 'is it told of', answer: JSON.stringify(shown ?? null) })
}

const makings: readonly (readonly [title: string, change: object])[] = [
  ['as it is', {}],
  ['for an hour', { maxLifetimeMs: hourMs }],
  ['for no time', { maxLifetimeMs: 0 }],
  ['for longer than may be', { maxLifetimeMs: 100 * 24 * hourMs }],
  ['with a renewer', { renewers: [bob] }],
  ['with a group as renewer', { renewers: [{ principalType: 'Group', principalName: 'g' }] }],
  ['for another', { ownerPrincipalType: 'User', ownerPrincipalName: 'bob' }],
  ['for a group', { ownerPrincipalType: 'Group', ownerPrincipalName: 'g' }],
  ['for a name without a type', { ownerPrincipalType: '', ownerPrincipalName: 'bob' }],
  ['for a type without a name', { ownerPrincipalType: 'User', ownerPrincipalName: '' }],
]

export const tokenTalks: readonly Held[] = [
  ...[1, 2, 3].map((version) => ({
    title: `token: made in v${version}`,
    hold: async (talk: Talk) => {
      await talk.plain()
      await create(talk, {}, version)
    },
  })),
  ...makings.map(([title, change]) => ({
    title: `token: made ${title}`,
    hold: async (talk: Talk) => {
      await talk.plain()
      await create(talk, change)
    },
  })),
  {
    title: 'token: described',
    hold: async (talk) => {
      await talk.plain()
      const { tokenId } = await made(talk, { renewers: [bob] })
      for (const version of [1, 2, 3]) await described(talk, null, tokenId, version)
      for (const owners of [[], [alice], [bob], [{ principalType: 'User', principalName: 'carol' }]]) {
        await described(talk, owners, tokenId)
      }
      talk.again()
      await talk.plain('bob')
      await described(talk, null, tokenId)
    },
  },
  {
    title: 'token: renewed and ended',
    hold: async (talk) => {
      await talk.plain()
      const { hmac, tokenId } = await made(talk, { renewers: [bob], maxLifetimeMs: 10 * hourMs })
      for (const renewPeriodMs of [-1, 0, hourMs, 1000 * hourMs]) {
        await talk.ask(renewDelegationToken, 2, { hmac, renewPeriodMs })
      }
      await talk.ask(renewDelegationToken, 1, { hmac: Buffer.from('none'), renewPeriodMs: 1 })
      await talk.ask(expireDelegationToken, 2, { hmac: Buffer.from('none'), expiryTimePeriodMs: 1 })
      await talk.ask(expireDelegationToken, 2, { hmac, expiryTimePeriodMs: hourMs })
      await talk.ask(expireDelegationToken, 1, { hmac, expiryTimePeriodMs: 1000 * hourMs })
      await talk.ask(expireDelegationToken, 2, { hmac, expiryTimePeriodMs: -1 })
      await known(talk, tokenId, false)
      await talk.ask(expireDelegationToken, 2, { hmac, expiryTimePeriodMs: -1 })
    },
  },
  {
    title: 'token: renewed and ended by others',
    hold: async (talk) => {
      await talk.plain()
      const { hmac } = await made(talk)
      talk.again()
      await talk.plain('bob')
      await talk.ask(renewDelegationToken, 2, { hmac, renewPeriodMs: -1 })
      await talk.ask(expireDelegationToken, 2, { hmac, expiryTimePeriodMs: -1 })
    },
  },
  {
    title: 'token: its end has come',
    hold: async (talk) => {
      await talk.plain()
      const { hmac } = await made(talk, { maxLifetimeMs: 3000 })
      await setTimeout(3500)
      await talk.ask(renewDelegationToken, 2, { hmac, renewPeriodMs: -1 })
      await talk.ask(expireDelegationToken, 2, { hmac, expiryTimePeriodMs: 1000 })
    },
  },
  ...(['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map((mechanism) => ({
    title: `token: logged in by, with ${mechanism}`,
    hold: async (talk: Talk) => {
      await talk.plain()
      const { tokenId, hmac } = await made(talk, { renewers: [bob] })
      talk.again()
      const password = hmac.toString('base64')
      await talk.scram(mechanism, tokenId, password, { extensions: ',tokenauth=true', hidden: ['sessionLifetimeMs'] })
      await talk.ask(listGroups, 4, {}, ['groups'])
      await create(talk)
      await talk.ask(renewDelegationToken, 2, { hmac, renewPeriodMs: -1 })
      await talk.ask(expireDelegationToken, 2, { hmac, expiryTimePeriodMs: -1 })
      await talk.ask(describeDelegationToken, 3, { owners: null })
      talk.again()
      await talk.scram(mechanism, tokenId, 'wrong', { extensions: ',tokenauth=true' })
      talk.again()
      await talk.scram(mechanism, tokenId, password)
    },
  })),
]
