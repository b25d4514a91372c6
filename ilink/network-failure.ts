import type { Endpoint } from './endpoints';
import { ILinkNetworkError } from './errors';
import { NoAnswer } from './seen';

/** Why Node does not trust a certificate; all of them end the connection before anything is sent. */
const UNTRUSTED = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'CERT_CHAIN_TOO_LONG',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'CRL_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_SIGNATURE_FAILURE',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_GET_CRL',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Codes that say that the request never left: the server cannot have processed it. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  ...UNTRUSTED,
]);

/**
 * What a failure of the network means: whether the request may have arrived, and what kind of trouble it is.
 *
 * @param error as undici or Node gave it
 * @param timePassed whether our own limit ended the request
 */
export function networkFailure(endpoint: Endpoint, error: unknown, timePassed: boolean): ILinkNetworkError {
  if (timePassed) return new ILinkNetworkError(endpoint, 'timed_out', NoAnswer.inTime, true, error);
  const code = codeOf(error);
  const slow = code === 'UND_ERR_CONNECT_TIMEOUT' ? 'timed_out' : 'unreachable';
  const failure = UNTRUSTED.has(code) ? 'untrusted' : slow;
  return new ILinkNetworkError(endpoint, failure, code, !NOT_SENT.has(code), error);
}

/**
 * The code of an error, or of what caused it: undici hides it behind causes, and behind a list of errors when it tried
 * several addresses. By shape and not by class, because errors of Node's own code may belong to another realm.
 */
function codeOf(error: unknown): string {
  const { code, cause, errors, name } = Object(error) as {
    code?: unknown;
    cause?: unknown;
    errors?: unknown[];
    name?: unknown;
  };
  if (typeof code === 'string') return code;
  if (cause !== undefined) return codeOf(cause);
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  return typeof name === 'string' ? name : 'unknown failure';
}
