import type {
  ICredentialDataDecryptedObject,
  ICredentialsDecrypted,
  ICredentialTestFunctions,
  INodeCredentialTestResult,
} from 'n8n-workflow';

import { randomBytes } from 'node:crypto';

import { connectionFor } from '../../../bot/connection';
import { systemClock } from '../../../ilink/clock';
import { verdictOfError, verdictOfReply, type TokenVerdict } from '../../../ilink/token';
import { detailIn, TESTED, wordsOf } from '../texts';
import { CredentialProblem, readCredential } from './credential';

/**
 * The credential's test. Asks for the typing ticket (getconfig), which changes nothing; getupdates would take messages
 * away. Tells a stale token from a wrong address from success.
 */
export async function testWeChatBot(
  this: ICredentialTestFunctions,
  { data }: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
  let ownerUserId = '';
  try {
    const credential = readCredential(data ?? {});
    ownerUserId = credential.ownerUserId;
    // Connections of its own: n8n offers no egress rule here, and nodes must not share what was made without one.
    const { client, transport } = connectionFor(credential, { clock: systemClock, randomBytes });
    try {
      return judge(verdictOfReply(await client.getConfig(ownerUserId)), undefined, ownerUserId);
    } finally {
      await transport.close();
    }
  } catch (error) {
    return judge(verdictOfError(error), error, ownerUserId);
  }
}

function judge(verdict: TokenVerdict, error: unknown, ownerUserId: string): INodeCredentialTestResult {
  switch (verdict) {
    case 'works':
      return ok(TESTED.connected);
    case 'write_first':
      return ok(TESTED.write_first);
    case 'works_with_code':
      return ok(TESTED.works_with_code(detailIn(error) ?? ''));
    case 'user_unknown':
      // Without an owner there is nobody to ask about, and the complaint says nothing.
      return ownerUserId === '' ? ok(TESTED.connected) : failed(TESTED.owner_unknown(detailIn(error) ?? ''));
    case 'not_ilink':
      return failed(TESTED.not_ilink);
    default:
      return failed(explain(error));
  }
}

function ok(message: string): INodeCredentialTestResult {
  return { status: 'OK', message };
}

function failed(message: string): INodeCredentialTestResult {
  return { status: 'Error', message };
}

function explain(error: unknown): string {
  const words = wordsOf(error);
  if (words) return TESTED.failed(words, detailIn(error));
  if (error instanceof CredentialProblem) return TESTED.failed(error, undefined);
  return TESTED.not_carried_out(error instanceof Error ? error.name : typeof error);
}
