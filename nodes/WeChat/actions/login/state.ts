import type { IDataObject } from 'n8n-workflow';

import { isEnd, type LoginState } from '../../../../ilink/login/state';
import { InputProblem } from '../../shared/errors';

/** How a login stands, for the workflow. `state` lets Wait for Scan go on with it. */
export function stateJson(state: LoginState): IDataObject {
  return {
    status: state.status,
    done: isEnd(state.status),
    needsVerifyCode: state.status === 'need_verifycode',
    wrongVerifyCodes: state.wrongCodes,
    expiresAt: new Date(state.expiresAtMs).toISOString(),
    state: { ...state },
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

/** The state from a parameter: an object, or its JSON. @throws InputProblem when it is none */
export function readState(value: unknown): LoginState {
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  const state = Object(parsed) as Record<string, unknown>;
  if (Object.entries(SHAPE).every(([name, type]) => typeof state[name] === type)) {
    return state as unknown as LoginState;
  }
  throw new InputProblem(
    'The login state is not one',
    'Use the "state" of the item that Get QR Code or an earlier Wait for Scan gave, for example {{ $json.state }}.',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
