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
import { detailIn, wordsOf } from '../texts';
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
      return ok(CONNECTED);
    case 'write_first':
      return ok(`${CONNECTED}. ${WRITE_FIRST}`);
    case 'works_with_code':
      return ok(`${CONNECTED}. The bot token works. (${detailIn(error) ?? ''})`);
    case 'user_unknown':
      // Without an owner there is nobody to ask about, and the complaint says nothing.
      return ownerUserId === '' ? ok(CONNECTED) : { status: 'Error', message: explainOwner(error) };
    case 'not_ilink':
      return {
        status: 'Error',
        message: 'Something answered at the API base URL, but not the iLink API. Check the address.',
      };
    default:
      return { status: 'Error', message: explain(error) };
  }
}

const CONNECTED = 'Connected to WeChat';
const WRITE_FIRST = 'Now write anything to the bot in WeChat: it may only send after you have written to it.';

function ok(message: string): INodeCredentialTestResult {
  return { status: 'OK', message };
}

function explainOwner(error: unknown): string {
  return `The bot token works, but WeChat does not know the owner's user ID. Put the "ilink_user_id" that the login returned into "Owner's User ID": upper and lower case matter. (${detailIn(error) ?? ''})`;
}

function explain(error: unknown): string {
  const words = wordsOf(error);
  if (words) return `${words.message}. ${words.next} (${detailIn(error)})`;
  if (error instanceof CredentialProblem) return `${error.message}. ${error.next}`;
  return `The test could not be carried out (${error instanceof Error ? error.name : typeof error})`;
}
