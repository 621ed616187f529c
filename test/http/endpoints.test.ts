/** Routes as people are shown them, and which paths they serve. */
import * as assert from 'uvu/assert'
import { endpointsOf, serves } from '../../src/http/endpoints.ts'
import { suite } from '../support/suite.ts'

const test = suite('http endpoints')

test('people are shown the parts of a path in braces', () => {
  const endpoints = endpointsOf([
    { method: 'GET', path: '/a' },
    { method: '*', path: '/plugins/:name/http/:rest' },
  ])
  assert.equal(endpoints, [
    { method: 'GET', path: '/a' },
    { method: '*', path: '/plugins/{name}/http/{rest}' },
  ])
})

const paths: readonly [pattern: string, path: string, isServed: boolean][] = [
  ['/', '/', true],
  ['/a', '/a', true],
  ['/a', '/b', false],
  ['/a', '/a/', false],
  ['/a/{name}', '/a/b', true],
  ['/a/{name}', '/a', false],
  ['/a/{name}', '/a/b/c', false],
  ['/a/{name}/log', '/a/b/log', true],
  ['/a/{name}/log', '/a/b/logs', false],
]

for (const [pattern, path, isServed] of paths) {
  test(`${pattern} ${isServed ? 'serves' : 'does not serve'} ${path}`, () => {
    assert.is(serves({ method: 'GET', path: pattern }, path), isServed)
  })
}

test.run()
