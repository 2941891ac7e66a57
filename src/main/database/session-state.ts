/**
 * Whether a statement leaves something behind in its session that the next holder of the connection would meet: a setting,
 * a channel listened to, a prepared statement, a temporary table, an advisory lock. Told from the text alone, once for each
 * shape. What a function does behind its name cannot be seen from here.
 */

/** The first words of a statement, also behind another one in the same text. */
const FIRST_WORDS =
  /(?:^|;)\s*(?:set (?!local |transaction |constraints )|reset |listen |load |prepare (?!transaction )|create (?:or replace )?(?:local |global )?temp(?:orary)? |declare [^;]* with hold )/;
const TEMPORARY = /\binto (?:local |global )?temp(?:orary)? /;
const SESSION_LOCK = /\bpg_(?:try_)?advisory_lock(?:_shared)?\s*\(/;
/** `set_config(…, true)` ends with the transaction. */
const SET_CONFIG = /\bset_config\s*\((?![^()]*,\s*true\s*\))/;

/** @param shape the statement in lower case, without its constants and comments */
export function changesSession(shape: string): boolean {
  return FIRST_WORDS.test(shape) || SESSION_LOCK.test(shape) || SET_CONFIG.test(shape) || TEMPORARY.test(shape);
}
