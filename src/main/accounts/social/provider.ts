/** What there is to know of another site by which one may log in, once the preset and the settings have been put together. */

/** By which members of what a site says of a user he is known; a dot goes a level down. */
export interface ProfileMap {
  readonly subject: string;
  readonly email?: string;
  /** A member that says whether the address was confirmed; true or false where the site never says and is known to do so, or not. */
  readonly emailVerified: string | boolean;
  readonly name?: string;
}

export interface Endpoints {
  readonly authorization?: string;
  readonly token?: string;
  readonly userInfo?: string;
  readonly jwks?: string;
  /** A second question, for sites that keep addresses apart: a list of `{ email, primary, verified }`. */
  readonly emails?: string;
  /** Where an instance of the site takes new clients. */
  readonly registration?: string;
  /** atproto: where `{handle}` says whose it is. */
  readonly handle?: string;
  /** atproto: where the documents of accounts (did:plc) are. */
  readonly directory?: string;
}

export interface Preset {
  /** For people. */
  readonly name: string;
  /**
   * oidc: the site signs who the user is. oauth2: it is asked, with the access token. atproto: a handle leads to an account,
   * and that to the server it is at, which may be anybody's.
   */
  readonly kind: 'oidc' | 'oauth2' | 'atproto';
  /**
   * Who vouches; with the user's subject it makes the identity. `{instance}` and other names in braces are filled in.
   * Left out where only the settings can know.
   */
  readonly issuer?: string;
  readonly endpoints?: Endpoints;
  readonly scopes: readonly string[];
  readonly profile: ProfileMap;
  readonly asksFor?: 'instance' | 'handle';
  /** How the client's secret is sent; in the body where nothing is said. `apple`: one is signed for each request. */
  readonly clientAuth?: 'post' | 'basic' | 'apple';
  /** Sent along when the user is sent there. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Sent along as well where tokens are kept, for a refresh token. */
  readonly offline?: { readonly scopes?: readonly string[]; readonly parameters?: Readonly<Record<string, string>> };
  /** Only for sites that refuse it. */
  readonly lacksPkce?: boolean;
  /** Only for sites that do not put it into what they sign: the code is then bound by state, and PKCE where there is. */
  readonly lacksNonce?: boolean;
  /** The site sends the scopes of a token as a list, which the protocol does not know. */
  readonly sendsScopeList?: boolean;
  /** Headers that the site insists on. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * atproto: the servers whose word on an address is believed, such as `*.host.example`. Anybody may run one, and could
   * say of anybody's address that it is confirmed.
   */
  readonly addressesFrom?: readonly string[];
  /** Names that the settings must fill into `issuer`, with what stands there otherwise. */
  readonly blanks?: Readonly<Record<string, string>>;
}

/** A key that client secrets are signed with, in place of one secret (Apple). */
export interface ClientSecretKey {
  readonly teamId: string;
  readonly keyId: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}

export interface Provider extends Preset {
  readonly id: string;
  /** As the settings give it, filled in; with `{instance}` still in it where the user names one. */
  readonly issuer: string;
  readonly endpoints: Endpoints;
  /** Empty where each instance gives one. */
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly clientSecretKey: ClientSecretKey | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  /** The provider's own tokens are kept for the application. */
  readonly keepsTokens: boolean;
  /** Who comes with a confirmed address and has no account gets one. */
  readonly signsUp: boolean;
  /** Who comes with the confirmed address of an account has it linked. */
  readonly linksAutomatically: boolean;
  /** It may be asked at an address inside one's own network. */
  readonly allowsPrivateNetwork: boolean;
  /** The only instances that may be named; undefined for any. */
  readonly instances: readonly string[] | undefined;
}
