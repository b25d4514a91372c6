import type { IDataObject } from 'n8n-workflow';

import { isEnd, isStuck, type LoginState } from '../../../../login/state';
import { SCAN_HELP, TEXTS } from '../../texts';
import { InputProblem } from '../../shared/errors';

/**
 * How a login stands, for the workflow. `state` lets Wait for Scan go on with it; `next` says what helped others where a scan is
 * likely to lead nowhere.
 */
export function stateJson(state: LoginState): IDataObject {
  return {
    status: state.status,
    done: isEnd(state.status),
    needsVerifyCode: state.status === 'need_verifycode',
    wrongVerifyCodes: state.wrongCodes,
    expiresAt: new Date(state.expiresAtMs).toISOString(),
    state: { ...state },
    ...(isStuck(state) && { next: SCAN_HELP.map((name) => TEXTS.en[name]).join(' ') }),
  };
}

const SHAPE: Record<string, 'string' | 'number'> = {
  qrcode: 'string',
  url: 'string',
  apiBaseUrl: 'string',
  issuedAtMs: 'number',
  expiresAtMs: 'number',
  codeNumber: 'number',
  status: 'string',
  wrongCodes: 'number',
  failures: 'number',
};

/** The login whose code has ended, if the item is of one: the next code is the next of the same login. */
export function endedState(json: IDataObject | undefined): LoginState | undefined {
  const state = Object(json?.state) as Record<string, unknown>;
  const isState = Object.entries(SHAPE).every(([name, type]) => typeof state[name] === type);
  const known = state as unknown as LoginState;
  return isState && (known.status === 'expired' || known.status === 'verify_code_blocked')
    ? known
    : undefined;
}

/** The state from a parameter: an object, or its JSON. @throws InputProblem when it is none */
export function readState(value: unknown): LoginState {
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  const state = Object(parsed) as Record<string, unknown>;
  if (Object.entries(SHAPE).every(([name, type]) => typeof state[name] === type)) {
    return state as unknown as LoginState;
  }
  throw new InputProblem({ code: 'login_state' });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
