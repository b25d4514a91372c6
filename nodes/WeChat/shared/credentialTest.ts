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
  if (!isAboutTheUser(error)) return { status: 'Error', message: explain(error) };
  return ownerUserId === '' ? OK : { status: 'Error', message: explainOwner(error) };
}

/** The user is all that getconfig is asked about. A server that complains about it has accepted the token by then. */
function isAboutTheUser(error: unknown): error is ILinkApiError {
  return error instanceof ILinkApiError && (error.kind === 'bad_request' || error.kind === 'wrong_recipient');
}

const OK: INodeCredentialTestResult = { status: 'OK', message: 'Connected to WeChat' };

function explainOwner({ detail }: ILinkApiError): string {
  return `The bot token works, but WeChat does not know the owner's user ID. Put the "ilink_user_id" that the login returned into "Owner's User ID": upper and lower case matter. (${detail})`;
}

function explain(error: unknown): string {
  if (error instanceof ILinkError) return `${error.message}. ${error.next} (${error.detail})`;
  if (error instanceof CredentialProblem) return `${error.message}. ${error.next}`;
  return `The test could not be carried out (${error instanceof Error ? error.name : typeof error})`;
}
