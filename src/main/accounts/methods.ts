/** By what a user proves who he is, and what each is worth. */

/** `mail`: a link or code sent there. `social`: another site vouches. `remembered_device`: the second factor was given here before. */
export type Method = 'password' | 'mail' | 'social' | 'totp' | 'passkey' | 'recovery_code' | 'remembered_device';

/** Those a user can have set up: any of them makes a password alone too little. */
export type SecondFactor = 'totp' | 'passkey' | 'recovery_code';

const SECOND_FACTORS: readonly string[] = ['totp', 'passkey', 'recovery_code'] satisfies SecondFactor[];

/** What lets a session open where its user has a second factor. */
export function secondFactorsIn(methods: readonly Method[]): Method[] {
  return methods.filter((method) => method === 'remembered_device' || SECOND_FACTORS.includes(method));
}

/** The class of authentication, as a step-up asks for it (RFC 9470). */
export function acrOf(methods: readonly string[]): 'aal1' | 'aal2' {
  return assuranceOf(methods) === 2 ? 'aal2' : 'aal1';
}

/** 2 where a second factor was really given (NIST SP 800-63B); a remembered device opens a session and is no proof today. */
export function assuranceOf(methods: readonly string[]): 1 | 2 {
  return methods.some((method) => SECOND_FACTORS.includes(method)) ? 2 : 1;
}
