import { earlierConnectionKey, botKeyOf } from '../../../../ilink/credential';
import { forgetCredential } from '../../login/accounts';
import { bots } from '../../shared/bots';
import { CREDENTIAL_NAME } from '../../shared/credential';
import { storeOfBots } from '../../shared/logins';
import type { CredentialOperation } from '../operation';
import { loginFields } from './fields';
import { HINTS } from '../../texts';

/** Login → Log Out. */
export const logOut: CredentialOperation = {
  name: 'Log Out',
  action: 'Log out',
  summary:
    'Delete what this n8n keeps of the bot. WeChat has no way to end a token: remove the bot in WeChat, too.',
  needs: 'credential',
  description: loginFields(
    'logOut',
    [
      {
        displayName:
          'Deletes the messages, conversations and cursor that this n8n keeps of the bot, including messages that no workflow has had yet and those that wait to be sent. It cannot end the token: WeChat has no call for that. Unpublish the workflows that use the bot first, remove the bot in WeChat on the phone, and delete the credential in n8n.',
        name: 'logOutNotice',
        type: 'notice',
        default: '',
      },
    ],
    [],
    false,
  ),

  async execute({ context, credential }) {
    const store = await storeOfBots();
    const key = botKeyOf(credential);
    const userId = await store.logins.provenUser(key);
    const { id } = context.getNode().credentials?.[CREDENTIAL_NAME] ?? {};
    if (id) await forgetCredential(store, id);
    const { overwritten, ...forgotten } = await store.forget({
      bot: key,
      connection: earlierConnectionKey(credential),
      names: [credential.botId, ...(userId === undefined ? [] : [userId])],
      now: Date.now(),
    });
    bots.discard(credential);
    return {
      botId: credential.botId,
      ownerUserId: credential.ownerUserId,
      forgotten: { ...forgotten },
      tokenEnded: false,
      next: overwritten ? HINTS.tokenStaysValid : `${HINTS.notOverwritten} ${HINTS.tokenStaysValid}`,
    };
  },
};
