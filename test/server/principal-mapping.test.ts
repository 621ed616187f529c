import * as assert from 'uvu/assert'
import { principalMapping } from '../../src/server/principal-mapping.ts'
import { suite } from '../support/suite.ts'

const test = suite('principal-mapping')

/** Those of the documentation of Apache Kafka, among others. */
const documented = [
  'RULE:^CN=(.*?),OU=ServiceUsers.*$/$1/',
  'RULE:^CN=(.*?),OU=(.*?),O=(.*?),L=(.*?),ST=(.*?),C=(.*?)$/$1@$2/L',
  'RULE:^.*[Cc][Nn]=([a-zA-Z0-9.]*).*$/$1/L',
  'DEFAULT',
].join(', ')

const cases: readonly (readonly [rules: string, subject: string, name: string | null])[] = [
  [documented, 'CN=serviceuser,OU=ServiceUsers,O=Unknown,L=Unknown,ST=Unknown,C=Unknown', 'serviceuser'],
  [documented, 'CN=adminUser,OU=Admin,O=Unknown,L=Unknown,ST=Unknown,C=Unknown', 'adminuser@admin'],
  [documented, 'OU=x,cn=Bob', 'bob'],
  [documented, 'O=nobody', 'O=nobody'],
  ['DEFAULT', 'CN=a', 'CN=a'],
  ['RULE:^CN=(.*)$/$1/U', 'CN=a', 'A'],
  ['RULE:^CN=(.*)$/$1/', 'O=a', null],
  ['RULE:^CN=(.*)$/$1$4/', 'CN=a', 'a$4'],
  ['RULE:^CN=(.*)$/x$12/', 'CN=a', 'xa2'],
  ['RULE:^CN=(.*)\\/x$/$1\\/y/', 'CN=a/x', 'a/y'],
  [' RULE:^CN=a,O=(.*)$/$1/ ,DEFAULT ', 'CN=a,O=b', 'b'],
]

for (const [rules, subject, name] of cases) {
  test(`by ${rules.slice(0, 40)} the holder of ${subject} is ${name}`, () => {
    assert.is(principalMapping(rules)(subject), name)
  })
}

for (const rules of ['RULE:abc', 'DEFAULTS', 'RULE:a/b/X', 'RULE:(/b/']) {
  test(`${rules} is no rule`, () => assert.throws(() => principalMapping(rules), /RULE|no rule/))
}

test.run()
