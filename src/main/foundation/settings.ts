/**
 * Every setting there is: its name in the environment, how its text is read, its default and the reason for it.
 * `config/example.env` repeats this list for people, and a test holds the two against each other.
 */

import { isNetworkRange } from './network.ts';
import {
  boolean,
  choice,
  count,
  duration,
  isOrigin,
  list,
  optionalText,
  optionalUrl,
  port,
  text,
} from './setting-types.ts';

export const settings = {
  mode: choice('AQUIFER_MODE', ['development', 'production'], 'development', {
    reason: 'production refuses what is only fit for one developer: a mailbox page, a base URL without TLS',
  }),
  host: text('HOST', '127.0.0.1', { reason: 'who may connect; 0.0.0.0 in a container' }),
  port: port('PORT', 8400, { reason: 'where the server listens' }),
  baseUrl: optionalUrl('BASE_URL', {
    reason:
      'how users reach the server; links in mail are built from this and from nothing else. Default: http://localhost:PORT',
  }),
  trustedProxies: list('TRUSTED_PROXIES', [], {
    kind: 'addresses, ranges such as 10.0.0.0/8, and the words loopback, linklocal, uniquelocal',
    isOne: isNetworkRange,
    reason:
      'addresses or ranges whose X-Forwarded-For is believed, with commas between, or loopback, linklocal, uniquelocal; none by default, because anyone can send that header',
  }),
  corsOrigins: list('CORS_ORIGINS', [], {
    kind: 'origins such as https://app.example, without a path',
    isOne: isOrigin,
    reason: 'origins of your own front ends that may call the API from a browser, such as https://app.example',
  }),
  bodyLimitBytes: count('BODY_LIMIT_BYTES', 1_048_576, {
    min: 1024,
    max: 104_857_600,
    reason: 'the largest request body',
  }),
  drainTimeoutMs: duration('DRAIN_TIMEOUT_MS', 25_000, {
    min: 0,
    max: 600_000,
    reason: 'how long requests in flight may take to finish after SIGTERM',
  }),
  drainDelayMs: duration('DRAIN_DELAY_MS', 0, {
    min: 0,
    max: 120_000,
    reason: 'how long /health/ready says no before the listener closes; set to your load balancer’s probe interval',
  }),

  tlsCertFile: optionalText('TLS_CERT_FILE', {
    reason:
      'a certificate chain in PEM; with it and TLS_KEY_FILE the server speaks HTTPS by itself. Read again when it changes',
  }),
  tlsKeyFile: optionalText('TLS_KEY_FILE', { reason: 'the private key of TLS_CERT_FILE, in PEM' }),
  httpRedirectPort: port('HTTP_REDIRECT_PORT', 0, {
    reason:
      'beside HTTPS: a port, such as 80, whose pages are sent on to BASE_URL and whose API calls are refused; 0 is none',
  }),
  rateLimitPerAccount: count('RATE_LIMIT_PER_ACCOUNT', 6_000, {
    min: 0,
    max: 1_000_000_000,
    reason: 'requests a minute of one account, or of one API key; 0 means as many as there are',
  }),
  rateLimitPerNetwork: count('RATE_LIMIT_PER_NETWORK', 30_000, {
    min: 0,
    max: 1_000_000_000,
    reason: 'requests a minute from one network (an IPv4 address, an IPv6 /64); 0 means as many as there are',
  }),
  rateLimitTotal: count('RATE_LIMIT_TOTAL', 1_200_000, {
    min: 0,
    max: 1_000_000_000,
    reason: 'requests a minute of all together, operators’ excepted; 0 means as many as there are',
  }),

  databaseUrl: optionalUrl('DATABASE_URL', {
    protocols: ['postgres:', 'postgresql:'],
    secret: true,
    reason: 'any Postgres from 14 to 18. Without it an embedded Postgres runs in AQUIFER_DATA_DIR',
  }),
  dataDir: text('AQUIFER_DATA_DIR', '.aquifer', { reason: 'where the embedded Postgres keeps everything' }),
  poolMax: count('AQUIFER_POOL_MAX', 16, {
    min: 5,
    max: 1000,
    reason: 'connections this process may open; more than about twice the database’s cores makes everyone slower',
  }),
  sharedBudget: boolean('AQUIFER_SHARED_BUDGET', true, {
    reason:
      'the servers of one database divide its connections by demand; with false each goes by AQUIFER_POOL_MAX alone',
  }),
  adaptiveLimit: boolean('AQUIFER_ADAPTIVE_LIMIT', true, {
    reason:
      'the pool runs fewer statements at once while the database is slow, and bulk gives way to log-ins; with false its bounds stand still',
  }),
  poolIdleTimeoutMs: duration('AQUIFER_POOL_IDLE_TIMEOUT_MS', 600_000, {
    min: 1000,
    max: 86_400_000,
    reason: 'an unused connection is closed after this long',
  }),
  connectTimeoutMs: duration('AQUIFER_CONNECT_TIMEOUT_MS', 5_000, {
    min: 100,
    max: 60_000,
    reason: 'opening one connection, name look-up included',
  }),

  appName: text('APP_NAME', 'Aquifer', { reason: 'your application’s name on the hosted pages and in mail' }),
  appAccent: text('APP_ACCENT', '#0b5a8a', {
    pattern: /^#[0-9a-fA-F]{6}$/,
    patternHint: 'a colour such as #0b5a8a',
    reason: 'your application’s colour on the hosted pages',
  }),
  appLogoUrl: optionalUrl('APP_LOGO_URL', { reason: 'your application’s logo on the hosted pages' }),

  passwordMinLength: count('PASSWORD_MIN_LENGTH', 15, {
    min: 8,
    max: 64,
    reason: 'NIST 800-63B-4 asks for 15 where the password is the only factor',
  }),
  passwordContextWords: list('PASSWORD_CONTEXT_WORDS', [], {
    kind: 'words of three characters or more',
    isOne: (part) => part.length >= 3,
    reason: 'further words that are nobody’s password, such as your company’s and your products’ names',
  }),
  breachedPasswordsFile: optionalText('BREACHED_PASSWORDS_FILE', {
    reason:
      'the download of Have I Been Pwned, SHA-1 ordered by hash; passwords in it are refused, and nothing is sent anywhere. Without it the 50,000 most common ones are refused',
  }),
  proofOfWorkFrom: count('PROOF_OF_WORK_FROM', 120, {
    min: 0,
    max: 1_000_000,
    reason:
      'failed log-ins a minute, over all accounts and networks, from which a proof of work is asked before each further one; 0 means never',
  }),
  requireVerifiedEmail: boolean('REQUIRE_VERIFIED_EMAIL', true, {
    reason: 'with false, sign-up logs in at once and tells whether an address is taken',
  }),
  mailLogIn: boolean('MAIL_LOG_IN', true, {
    reason: 'users may log in with a link or a code from a mail; with false these routes are not there',
  }),
  requireSecondFactor: choice('REQUIRE_SECOND_FACTOR', ['nobody', 'operators', 'everyone'], 'nobody', {
    reason: 'who must have a second factor; in production operators must in any case, from their first log-in on',
  }),
  secondFactorGraceMs: duration('SECOND_FACTOR_GRACE_MS', 0, {
    min: 0,
    max: 90 * 86_400_000,
    reason:
      'how long users whom REQUIRE_SECOND_FACTOR names may go on without one, from when it first named them or they signed up',
  }),
  socialFile: optionalText('AQUIFER_SOCIAL_FILE', {
    reason:
      'a JSON file of the sites that users may log in by, such as Google or your own; config/social.example.json is one',
  }),
  sessionIdleTimeoutMs: duration('SESSION_IDLE_TIMEOUT_MS', 7 * 86_400_000, {
    min: 60_000,
    max: 90 * 86_400_000,
    reason: 'a session unused for this long ends',
  }),
  sessionLifetimeMs: duration('SESSION_LIFETIME_MS', 30 * 86_400_000, {
    min: 60_000,
    max: 365 * 86_400_000,
    reason: 'a session ends after this long however much it is used',
  }),
  auditKeepMs: duration('AUDIT_KEEP_MS', 400 * 86_400_000, {
    min: 86_400_000,
    max: 3_653 * 86_400_000,
    reason: 'the audit trail keeps who did what to whom for this long',
  }),
  accessTokenLifetimeMs: duration('ACCESS_TOKEN_LIFETIME_MS', 15 * 60_000, {
    min: 60_000,
    max: 86_400_000,
    reason:
      'of a log-in with the transport tokens: how long its access token is good before the refresh token is asked',
  }),
  jwtAudiences: list('JWT_AUDIENCES', [], {
    kind: 'names of services without spaces, such as https://search.example',
    isOne: (part) => /^[\x21-\x7e]{1,200}$/.test(part),
    reason:
      'services for which users may have short signed tokens (JWT) made; none by default, and then nothing is signed',
  }),
  jwtLifetimeMs: duration('JWT_LIFETIME_MS', 5 * 60_000, {
    min: 10_000,
    max: 15 * 60_000,
    reason: 'how long such a token holds; it cannot be taken back, so keep it short',
  }),
  jwtAlgorithm: choice('JWT_ALGORITHM', ['ES256', 'EdDSA'], 'ES256', {
    reason: 'what such tokens are signed with; ES256 is understood everywhere',
  }),
  placesFile: optionalText('AQUIFER_PLACES_FILE', {
    reason:
      'a file of places in MaxMind’s format (.mmdb) with cities, so that sessions show where they are; nobody outside is asked. Read again when it changes',
  }),
  hashThreads: count('HASH_THREADS', 0, {
    min: 0,
    max: 64,
    reason:
      'threads that hash passwords; 0 means one for each core. They run at low priority and never delay a session check',
  }),
  hashQueueMax: count('HASH_QUEUE_MAX', 64, {
    min: 1,
    max: 10_000,
    reason: 'log-ins that may wait for hashing; more are refused with 503 and told when to retry',
  }),

  smtpUrl: optionalUrl('SMTP_URL', {
    protocols: ['smtp:', 'smtps:'],
    secret: true,
    reason:
      'smtp://user:password@host:587 or smtps://…:465. Without it, development keeps mail on the console’s mailbox page',
  }),
  mailFrom: text('MAIL_FROM', 'Aquifer <no-reply@localhost>', { reason: 'the sender of every mail' }),

  logLevel: choice('LOG_LEVEL', ['auto', 'fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'auto', {
    reason: 'auto is warn in development and info in production; debug adds a line for every request',
  }),
  sampler: boolean('AQUIFER_SAMPLER', true, {
    reason:
      'measures the server and its Postgres, looks at the sessions there, and names the cause when the pool is in trouble',
  }),
  secretKey: optionalText('AQUIFER_SECRET_KEY', {
    secret: true,
    reason:
      'a long random text that secrets in the database are encrypted with (authenticator apps, tokens of other sites, alert channels), the same on every server of a database; without it the database’s password serves, and a new password loses them. Production needs it',
  }),
  secretKeyPrevious: optionalText('AQUIFER_SECRET_KEY_PREVIOUS', {
    secret: true,
    reason:
      'the key that AQUIFER_SECRET_KEY replaces: it still opens what it encrypted, until `aquifer secrets rotate` has encrypted everything anew',
  }),
  monitorMaxBytes: count('AQUIFER_MONITOR_MAX_BYTES', 1_073_741_824, {
    min: 16_777_216,
    max: 1_099_511_627_776,
    reason: 'what the monitor’s own tables may take in Postgres; beyond it the oldest figures go early',
  }),
  planner: boolean('AQUIFER_PLANNER', true, {
    reason:
      'takes a snapshot of the schema, sizes and statistics every hour, and plans every statement on it, beside the database and without its rows',
  }),
  plannerKeepMs: duration('AQUIFER_PLANNER_KEEP_MS', 60 * 86_400_000, {
    min: 86_400_000,
    max: 3_653 * 86_400_000,
    reason: 'such snapshots stay for this long: all of two days, then one a day',
  }),
  plannerMaxBytes: count('AQUIFER_PLANNER_MAX_BYTES', 268_435_456, {
    min: 1_048_576,
    max: 1_099_511_627_776,
    reason: 'what they may take in Postgres; beyond it the oldest go early',
  }),
  release: optionalText('AQUIFER_RELEASE', {
    reason:
      'what is deployed, such as a commit or 2026-11-23.2; a start with another one is a deploy on every timeline. Without it this build’s version is',
  }),
  otlpEndpoint: optionalUrl('OTEL_EXPORTER_OTLP_ENDPOINT', {
    reason:
      'an OpenTelemetry collector that takes OTLP over HTTP, such as http://localhost:4318; without it nothing is sent',
  }),
  otlpHeaders: optionalText('OTEL_EXPORTER_OTLP_HEADERS', {
    secret: true,
    reason: 'sent to the collector, name=value with commas between, such as a key',
  }),
  otlpServiceName: text('OTEL_SERVICE_NAME', 'aquifer', { reason: 'what the collector calls this server' }),
  otlpTraceShare: text('OTEL_TRACES_SAMPLER_ARG', '0.1', {
    pattern: /^(0(\.\d+)?|1(\.0+)?)$/,
    patternHint: 'a number from 0 to 1',
    reason: 'of the requests that begin a trace here, how many are recorded; those that fail always are',
  }),
  metricsToken: optionalText('METRICS_TOKEN', {
    secret: true,
    reason: 'asked of /metrics as a bearer token; without it /metrics answers only to this machine',
  }),
};

export type SettingName = keyof typeof settings;
export type SettingValues = { [Name in SettingName]: ReturnType<(typeof settings)[Name]['parse']> };
