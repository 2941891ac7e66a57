/**
 * Sites that many people log in by, as data: a new one is an entry here and no code. Every member can be set otherwise in
 * AQUIFER_SOCIAL_FILE, so that a site which changes its addresses does not wait for a release of ours.
 *
 * Whether a site has confirmed an address decides over accounts: `emailVerified` is a member that says so, and false
 * wherever the site's documentation does not promise it.
 */

import type { Preset } from './provider.ts';

const OPENID = ['openid', 'email', 'profile'] as const;
const CLAIMS = { subject: 'sub', email: 'email', emailVerified: 'email_verified', name: 'name' } as const;

export const presets = {
  google: {
    name: 'Google',
    kind: 'oidc',
    issuer: 'https://accounts.google.com',
    scopes: OPENID,
    profile: CLAIMS,
    offline: { parameters: { access_type: 'offline', prompt: 'consent' } },
  },
  github: {
    name: 'GitHub',
    kind: 'oauth2',
    // It says so itself in the answer to the browser (RFC 9207).
    issuer: 'https://github.com/login/oauth',
    endpoints: {
      authorization: 'https://github.com/login/oauth/authorize',
      token: 'https://github.com/login/oauth/access_token',
      userInfo: 'https://api.github.com/user',
      emails: 'https://api.github.com/user/emails',
    },
    scopes: ['read:user', 'user:email'],
    profile: { subject: 'id', emailVerified: false, name: 'name' },
    headers: { accept: 'application/json', 'x-github-api-version': '2022-11-28' },
  },
  microsoft: {
    name: 'Microsoft',
    kind: 'oidc',
    // One tenant, by its id: with "common" anybody's own tenant could vouch for anybody's address.
    issuer: 'https://login.microsoftonline.com/{tenant}/v2.0',
    blanks: { tenant: '9188040d-6c67-4c5b-b112-36a304b66dad' },
    scopes: OPENID,
    // An optional claim that the application's registration has to ask for; the address alone is whatever the tenant wrote.
    profile: { ...CLAIMS, emailVerified: 'xms_edov' },
    offline: { scopes: ['offline_access'] },
  },
  apple: {
    name: 'Apple',
    kind: 'oidc',
    issuer: 'https://appleid.apple.com',
    scopes: ['openid', 'email', 'name'],
    profile: { subject: 'sub', email: 'email', emailVerified: 'email_verified' },
    clientAuth: 'apple',
    parameters: { response_mode: 'form_post' },
  },
  facebook: {
    name: 'Facebook',
    kind: 'oauth2',
    issuer: 'https://www.facebook.com',
    endpoints: {
      authorization: 'https://www.facebook.com/dialog/oauth',
      token: 'https://graph.facebook.com/oauth/access_token',
      userInfo: 'https://graph.facebook.com/me?fields=id,name,email',
    },
    scopes: ['public_profile', 'email'],
    profile: { subject: 'id', email: 'email', emailVerified: false, name: 'name' },
  },
  x: {
    name: 'X',
    kind: 'oauth2',
    issuer: 'https://x.com',
    endpoints: {
      authorization: 'https://x.com/i/oauth2/authorize',
      token: 'https://api.x.com/2/oauth2/token',
      userInfo: 'https://api.x.com/2/users/me?user.fields=confirmed_email',
    },
    clientAuth: 'basic',
    scopes: ['tweet.read', 'users.read', 'users.email'],
    profile: { subject: 'data.id', email: 'data.confirmed_email', emailVerified: true, name: 'data.name' },
    offline: { scopes: ['offline.access'] },
  },
  linkedin: {
    name: 'LinkedIn',
    kind: 'oidc',
    issuer: 'https://www.linkedin.com/oauth',
    scopes: OPENID,
    profile: CLAIMS,
    lacksPkce: true,
    lacksNonce: true,
  },
  discord: {
    name: 'Discord',
    kind: 'oauth2',
    issuer: 'https://discord.com',
    endpoints: {
      authorization: 'https://discord.com/oauth2/authorize',
      token: 'https://discord.com/api/oauth2/token',
      userInfo: 'https://discord.com/api/users/@me',
    },
    scopes: ['identify', 'email'],
    profile: { subject: 'id', email: 'email', emailVerified: 'verified', name: 'global_name' },
  },
  gitlab: {
    name: 'GitLab',
    kind: 'oidc',
    issuer: 'https://gitlab.com',
    scopes: OPENID,
    profile: CLAIMS,
  },
  slack: {
    name: 'Slack',
    kind: 'oidc',
    issuer: 'https://slack.com',
    scopes: OPENID,
    profile: CLAIMS,
  },
  twitch: {
    name: 'Twitch',
    kind: 'oidc',
    issuer: 'https://id.twitch.tv/oauth2',
    scopes: ['openid', 'user:read:email'],
    profile: { ...CLAIMS, name: 'preferred_username' },
    parameters: {
      claims: '{"id_token":{"email":null,"email_verified":null,"preferred_username":null}}',
    },
    sendsScopeList: true,
  },
  spotify: {
    name: 'Spotify',
    kind: 'oauth2',
    issuer: 'https://accounts.spotify.com',
    endpoints: {
      authorization: 'https://accounts.spotify.com/authorize',
      token: 'https://accounts.spotify.com/api/token',
      userInfo: 'https://api.spotify.com/v1/me',
    },
    clientAuth: 'basic',
    scopes: ['user-read-email'],
    // Spotify's reference says of the address that it is not confirmed.
    profile: { subject: 'id', email: 'email', emailVerified: false, name: 'display_name' },
  },
  mastodon: {
    name: 'Mastodon',
    kind: 'oauth2',
    issuer: 'https://{instance}',
    asksFor: 'instance',
    endpoints: {
      authorization: 'https://{instance}/oauth/authorize',
      token: 'https://{instance}/oauth/token',
      userInfo: 'https://{instance}/api/v1/accounts/verify_credentials',
      registration: 'https://{instance}/api/v1/apps',
    },
    scopes: ['read:accounts'],
    profile: { subject: 'id', emailVerified: false, name: 'username' },
  },
  bluesky: {
    name: 'Bluesky',
    kind: 'atproto',
    // A name for all servers of the protocol: an account moves between them and stays the same.
    issuer: 'https://atproto.com',
    asksFor: 'handle',
    endpoints: { handle: 'https://{handle}/.well-known/atproto-did', directory: 'https://plc.directory' },
    scopes: ['atproto', 'transition:email'],
    profile: { subject: 'did', email: 'email', emailVerified: 'emailConfirmed', name: 'handle' },
    addressesFrom: ['*.host.bsky.network'],
  },
  oidc: { name: 'Single sign-on', kind: 'oidc', scopes: OPENID, profile: CLAIMS },
  oauth2: { name: 'Other site', kind: 'oauth2', scopes: [], profile: { ...CLAIMS, emailVerified: false } },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
