import type {
  ICredentialDataDecryptedObject,
  ICredentialsDecrypted,
  ICredentialTestFunctions,
  INodeCredentialTestResult,
} from 'n8n-workflow';

import { Bot } from '../../../bot/bot';
import { ILinkApiError, ILinkError } from '../../../ilink/errors';
import type { GetConfigReply } from '../../../ilink/wire';
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
    // A bot of its own: n8n offers no egress rule here, and nodes must not share a connection that was made without one.
    const bot = new Bot(credential);
    try {
      return judgeReply(await bot.client.getConfig(ownerUserId));
    } finally {
      await bot.close();
    }
  } catch (error) {
    return judgeError(error, ownerUserId);
  }
}

function judgeReply(reply: GetConfigReply): INodeCredentialTestResult {
  if (reply.typing_ticket !== undefined || reply.ret !== undefined) return OK;
  return {
    status: 'Error',
    message: 'Something answered at the API base URL, but not the iLink API. Check the address.',
  };
}

function judgeError(error: unknown, ownerUserId: string): INodeCredentialTestResult {
  // Without a user id the server complains about the id, and has accepted the token by then.
  if (error instanceof ILinkApiError && error.kind === 'bad_request' && ownerUserId === '') return OK;
  return { status: 'Error', message: explain(error) };
}

const OK: INodeCredentialTestResult = { status: 'OK', message: 'Connected to WeChat' };

function explain(error: unknown): string {
  if (error instanceof ILinkError) return `${error.message}. ${error.next} (${error.detail})`;
  if (error instanceof CredentialProblem) return `${error.message}. ${error.next}`;
  return `The test could not be carried out (${error instanceof Error ? error.name : typeof error})`;
}
