/** Patterns of topics, clients and hosts. */
import * as assert from 'uvu/assert'
import { clientPatterns, hosts, topicPatterns } from '../../src/settings/patterns.ts'
import { type Kind, Place } from '../../src/settings/values.ts'
import { suite } from '../support/suite.ts'

const test = suite('settings patterns')

function read<T>(kind: Kind<T>, raw: unknown): T | string | undefined {
  const mistakes: string[] = []
  const value = kind.read(raw, new Place('file', 'it', { home: '.', from: '.' }, mistakes))
  return mistakes.length > 0 ? mistakes.join() : value
}

const accepted: readonly [kind: Kind<readonly string[]>, raw: unknown, value: readonly string[]][] = [
  [topicPatterns, '*', ['*']],
  [topicPatterns, 'pay*, order*', ['pay*', 'order*']],
  [topicPatterns, ['a', '/^b{1,3}$/'], ['a', '/^b{1,3}$/']],
  [topicPatterns, '/^b{1,3}$/', ['/^b{1,3}$/']],
  [topicPatterns, '/b{1,3}/i, c*, /a,\\/b/', ['/b{1,3}/i', 'c*', '/a,\\/b/']],
  [topicPatterns, 7, ['7']],
  [clientPatterns, ['User:alice', 'my client*'], ['User:alice', 'my client*']],
  [hosts, 'api.example.com', ['api.example.com']],
  [
    hosts,
    ['*.example.com:8443', '10.0.0.7:80', 'localhost', '[::1]:80', '10.0.0.0/8:*'],
    ['*.example.com:8443', '10.0.0.7:80', 'localhost', '[::1]:80', '10.0.0.0/8:*'],
  ],
]

for (const [kind, raw, value] of accepted) {
  test(`${kind.name} takes ${JSON.stringify(raw)}`, () => assert.equal(read(kind, raw), value))
}

const refused: readonly [kind: Kind<readonly string[]>, raw: unknown, mistake: RegExp][] = [
  [topicPatterns, 'a b', /it is "a b"; use topic names, in which \* stands for anything, or a regular expression betw/],
  [topicPatterns, ['a', '/(/'], /it\[1\] is "\/\(\/"; correct the regular expression: Unterminated group/],
  [topicPatterns, ['/a'], /it\[0\] is \/a; end the regular expression with a slash/],
  [topicPatterns, ['//'], /end the regular expression with a slash/],
  [topicPatterns, [`/${'a'.repeat(1000)}/`], /use at most 1000 characters/],
  [topicPatterns, [], /it is \[\]; name at least 1/],
  [clientPatterns, ['a\nb'], /use client ids or principals/],
  [hosts, 'http://example.com/', /it is http:\/\/example\.com\/; use a name, \*\.name, an address or a range \(10\.0/],
  [hosts, ['a.test', '*'], /it\[1\] is "\*"; use a name/],
  [hosts, ['*.*.com'], /use a name/],
  [hosts, ['a.test:99999'], /use a name/],
]

for (const [kind, raw, mistake] of refused) {
  test(`${kind.name} refuses ${JSON.stringify(raw).slice(0, 40)}`, () => assert.match(`${read(kind, raw)}`, mistake))
}

test.run()
