/**
 * The configs of the brokers for TLS, SASL, tokens and authorization: Kafka's names, types, defaults and bounds
 * (Apache Kafka 4.4).
 */
import type { ConfigDefinition } from './config-values.ts'
import { definitionsIn } from './definition-table.ts'

export const securityBrokerConfigs: readonly ConfigDefinition[] = definitionsIn(`
authorizer.class.name | string
  The class that authorizes requests; none when empty.
connection.failed.authentication.delay.ms | int | 100 | 0..
  How long a connection whose authentication failed stays open.
connections.max.reauth.ms | long | 0
  After how long a connection with SASL must authenticate again; 0 for never.
delegation.token.expiry.check.interval.ms | long | 3600000 | 1..
  How often expired tokens are looked for.
delegation.token.expiry.time.ms | long | 86400000 | 1..
  How long a token is good unless it is renewed.
delegation.token.max.lifetime.ms | long | 604800000 | 1..
  How long a token can be good at most.
delegation.token.secret.key | password | null
  The secret by which tokens are made and verified.
early.start.listeners | list | null
  Listeners that open before the authorizer is ready.
principal.builder.class | class |
    org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder | | per-broker
  The class that says who has authenticated.
sasl.client.callback.handler.class | class | null
  The class that gives clients their credentials.
sasl.enabled.mechanisms | list | GSSAPI | | per-broker
  The SASL mechanisms that are on.
sasl.jaas.config | password | null | | per-broker
  The login modules and credentials of a listener and mechanism.
sasl.kerberos.kinit.cmd | string | /usr/bin/kinit | | per-broker
  Where Kerberos's kinit is.
sasl.kerberos.min.time.before.relogin | long | 60000 | | per-broker
  How long the thread that renews tickets sleeps.
sasl.kerberos.principal.to.local.rules | list | DEFAULT | | per-broker
  How a Kerberos principal becomes a short name.
sasl.kerberos.service.name | string | null | | per-broker
  The Kerberos name that the brokers run under.
sasl.kerberos.ticket.renew.jitter | double | 0.05 | | per-broker
  The random part of the time at which tickets are renewed.
sasl.kerberos.ticket.renew.window.factor | double | 0.8 | | per-broker
  After what part of its life a ticket is renewed.
sasl.login.callback.handler.class | class | null
  The class that gives the login its credentials.
sasl.login.class | class | null
  The class that logs in.
sasl.login.connect.timeout.ms | int | null
  How long a connection to who grants tokens may take.
sasl.login.read.timeout.ms | int | null
  How long an answer of who grants tokens may take.
sasl.login.refresh.buffer.seconds | short | 300 | | per-broker
  How long before a credential expires it is refreshed at the latest.
sasl.login.refresh.min.period.seconds | short | 60 | | per-broker
  How long a credential is kept at least.
sasl.login.refresh.window.factor | double | 0.8 | | per-broker
  After what part of its life a credential is refreshed.
sasl.login.refresh.window.jitter | double | 0.05 | | per-broker
  The random part of that time.
sasl.login.retry.backoff.max.ms | long | 10000
  The longest wait before a login is tried once more.
sasl.login.retry.backoff.ms | long | 100
  How long a login waits before it is tried once more.
sasl.mechanism.controller.protocol | string | GSSAPI
  The SASL mechanism towards the controller.
sasl.mechanism.inter.broker.protocol | string | GSSAPI | | per-broker
  The SASL mechanism between brokers.
sasl.oauthbearer.allow.unverified.audience | boolean | false
  Whether tokens for any audience are taken.
sasl.oauthbearer.allow.unverified.issuer | boolean | false
  Whether tokens of any issuer are taken.
sasl.oauthbearer.assertion.algorithm | string | RS256
  The algorithm by which assertions are signed.
sasl.oauthbearer.assertion.claim.aud | string | null
  Whom an assertion is for.
sasl.oauthbearer.assertion.claim.exp.seconds | int | 300 | 0..86400
  How long an assertion is good.
sasl.oauthbearer.assertion.claim.iss | string | null
  Who issues an assertion.
sasl.oauthbearer.assertion.claim.jti.include | boolean | false
  Whether an assertion has an id of its own.
sasl.oauthbearer.assertion.claim.nbf.seconds | int | 60 | 0..3600
  How far back an assertion begins to be good.
sasl.oauthbearer.assertion.claim.sub | string | null
  Whom an assertion is about.
sasl.oauthbearer.assertion.file | string | null
  A file with an assertion that is made elsewhere.
sasl.oauthbearer.assertion.private.key.file | string | null
  The private key that signs assertions.
sasl.oauthbearer.assertion.private.key.passphrase | password | null
  The passphrase of that key.
sasl.oauthbearer.assertion.template.file | string | null
  A file with more claims of assertions.
sasl.oauthbearer.client.credentials.client.id | string | null
  The client's id towards who grants tokens.
sasl.oauthbearer.client.credentials.client.secret | password | null
  The client's secret towards who grants tokens.
sasl.oauthbearer.clock.skew.seconds | int | 30
  How far the clocks of issuer and broker may be apart.
sasl.oauthbearer.expected.audience | list
  Audiences, one of which a token must be for.
sasl.oauthbearer.expected.issuer | string | null
  Who must have issued a token.
sasl.oauthbearer.jwks.endpoint.refresh.ms | long | 3600000
  How often the issuer's keys are read anew.
sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms | long | 10000
  The longest wait before the issuer's keys are asked for once more.
sasl.oauthbearer.jwks.endpoint.retry.backoff.ms | long | 100
  How long it waits before the issuer's keys are asked for once more.
sasl.oauthbearer.jwks.endpoint.url | string | null
  Where the issuer's keys are.
sasl.oauthbearer.jwt.retriever.class | class | org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever
  The class that gets tokens.
sasl.oauthbearer.jwt.validator.class | class | org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator
  The class that checks tokens.
sasl.oauthbearer.scope | string | null
  The scope that a client asks for.
sasl.oauthbearer.scope.claim.name | string | scope
  The claim that holds the scope.
sasl.oauthbearer.sub.claim.name | string | sub
  The claim that holds the subject.
sasl.oauthbearer.token.endpoint.url | string | null
  Where tokens are granted.
sasl.server.callback.handler.class | class | null
  The class that checks credentials.
sasl.server.max.receive.size | int | 524288
  The largest message before authentication.
security.inter.broker.protocol | string | PLAINTEXT | PLAINTEXT/SSL/SASL_PLAINTEXT/SASL_SSL
  The security protocol between brokers.
security.providers | string | null
  Classes that bring security algorithms.
ssl.allow.dn.changes | boolean | false
  Whether a new keystore may have another distinguished name.
ssl.allow.san.changes | boolean | false
  Whether a new keystore may have other alternative names.
ssl.cipher.suites | list | | | per-broker
  The cipher suites that are taken; all when empty.
ssl.client.auth | string | none | required/requested/none | per-broker
  Whether clients must show a certificate.
ssl.enabled.protocols | list | TLSv1.2,TLSv1.3 | | per-broker
  The versions of TLS that are taken.
ssl.endpoint.identification.algorithm | string | https | | per-broker
  How the name of a server is held against its certificate.
ssl.engine.factory.class | class | null | | per-broker
  The class that makes TLS engines.
ssl.key.password | password | null | | per-broker
  The password of the private key.
ssl.keymanager.algorithm | string | SunX509 | | per-broker
  The algorithm of the key manager.
ssl.keystore.certificate.chain | password | null | | per-broker
  The certificate chain, as PEM.
ssl.keystore.key | password | null | | per-broker
  The private key, as PEM.
ssl.keystore.location | string | null | | per-broker
  Where the keystore is.
ssl.keystore.password | password | null | | per-broker
  The password of the keystore.
ssl.keystore.type | string | JKS | | per-broker
  The format of the keystore.
ssl.principal.mapping.rules | string | DEFAULT
  How a distinguished name becomes a short name.
ssl.protocol | string | TLSv1.3 | | per-broker
  The version of TLS that is preferred.
ssl.provider | string | null | | per-broker
  The security provider for TLS.
ssl.secure.random.implementation | string | null | | per-broker
  The source of randomness for TLS.
ssl.trustmanager.algorithm | string | PKIX | | per-broker
  The algorithm of the trust manager.
ssl.truststore.certificates | password | null | | per-broker
  The certificates that are trusted, as PEM.
ssl.truststore.location | string | null | | per-broker
  Where the truststore is.
ssl.truststore.password | password | null | | per-broker
  The password of the truststore.
ssl.truststore.type | string | JKS | | per-broker
  The format of the truststore.
`)
