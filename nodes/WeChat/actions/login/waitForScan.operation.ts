import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { LoginTarget } from '../../../../login/record';
import { proveLogin, type ConfirmedLogin } from '../../../../login/proof';
import { readVerifyCode, withVerifyCode, type LoginResult, type LoginState } from '../../../../login/state';
import { readServerSettings } from '../../login/connection';
import { credentialName } from '../../login/options';
import { accountOf, THIS_N8N } from '../../login/accounts';
import { apiAddress, type ApiContext } from '../../login/publicApi';
import { credentialSaver } from '../../login/saveCredential';
import { InputProblem } from '../../shared/errors';
import { storeOfBots } from '../../shared/logins';
import { textParameter } from '../../shared/textParameter';
import type { StandaloneOperation } from '../operation';
import { loginFields, withLogin } from './fields';
import { followCode } from './follow';
import { readState, stateJson } from './state';
import { nodeLog } from '../../texts';

const SAVE_TO = 'saveTo';

/** Login → Wait for Scan. */
export const waitForScan: StandaloneOperation = {
  name: 'Wait for Scan',
  action: 'Wait for login scan',
  summary: 'Follow a login on the phone, and save its token as a credential',
  needs: 'nothing',
  credentials: [
    {
      // n8n's own type, with which its credentials are written.
      name: 'n8nApi',
      required: true,
      displayOptions: { show: { operation: ['waitForScan'], [SAVE_TO]: ['credential'] } },
    },
  ],
  description: loginFields(
    'waitForScan',
    [
      {
        displayName: 'Login State',
        name: 'loginState',
        type: 'json',
        default: '={{ $json.state }}',
        required: true,
        description:
          'The "state" that Get QR Code or an earlier Wait for Scan gave. Whoever has it can collect the token of this login.',
      },
      {
        displayName: 'Wait Until It Ends',
        name: 'waitForEnd',
        type: 'boolean',
        default: true,
        description:
          'Whether to wait until the login is confirmed, expired or needs a verify code. Otherwise WeChat is asked once, for up to 35 seconds.',
      },
      {
        displayName: 'Verify Code',
        name: 'verifyCode',
        type: 'string',
        default: '',
        placeholder: 'e.g. 1234',
        description: 'The number that WeChat shows on the phone, once the status is need_verifycode',
      },
      {
        displayName: 'Save Token To',
        name: SAVE_TO,
        type: 'options',
        default: 'credential',
        options: [
          {
            name: 'Credential',
            value: 'credential',
            description:
              'Create or update a WeChat Bot API credential. The token does not enter the execution.',
          },
          {
            name: 'Output',
            value: 'output',
            description:
              'Put the token into the output item, where everybody who can see the execution can read it',
          },
        ],
        description: 'Where the bot token goes when the login is confirmed',
      },
      {
        displayName:
          'The bot token will be stored with the execution, readable for everybody who may see it. Whoever has it can read and send the messages of the bot.',
        name: 'outputNotice',
        type: 'notice',
        default: '',
        displayOptions: { show: { [SAVE_TO]: ['output'] } },
      },
      { ...credentialName, displayOptions: { show: { [SAVE_TO]: ['credential'] } } },
    ],
    [
      {
        displayName: 'Credential ID',
        name: 'credentialId',
        type: 'string',
        default: '',
        placeholder: 'e.g. aB3dE5fG7hJ9kL1m',
        description:
          'The credential to update, from a scan of the account that it belongs to. By default it is the one that the same person got from this workflow before.',
      },
    ],
  ),

  async execute(input) {
    const { context, itemIndex, signal = new AbortController().signal } = input;
    const state = withCode(context, itemIndex, readState(context.getNodeParameter('loginState', itemIndex)));
    const wait = context.getNodeParameter('waitForEnd', itemIndex, true) === true;
    await checkAccount(context, itemIndex);
    const { result, ended } = await withLogin(input, (login) => followCode(login, state, wait, signal));
    if (!result) return stateJson(ended);
    await noteWhoScanned(context, { ...result, confirmedBy: ended.apiBaseUrl });
    return { status: 'confirmed', done: true, ...(await store(context, itemIndex, result)) };
  },
};

function withCode(context: IExecuteFunctions, itemIndex: number, state: LoginState): LoginState {
  const text = textParameter(context, 'verifyCode', itemIndex).trim();
  if (text === '') return state;
  if (readVerifyCode(text) === undefined) {
    throw new InputProblem({ code: 'verify_code' });
  }
  return withVerifyCode(state, text);
}

/** When it fails, the first message of the person proves the same, and the token must not be lost for it. */
async function noteWhoScanned({ logger }: IExecuteFunctions, login: ConfirmedLogin): Promise<void> {
  try {
    await proveLogin((await storeOfBots()).logins, login);
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    logger.warn(nodeLog.proofNotNoted(name));
  }
}

/** Before anybody scans: the confirmation ends the token that the person has. */
async function checkAccount(context: IExecuteFunctions, itemIndex: number): Promise<void> {
  const { credentialId } = optionsOf(context, itemIndex);
  if (!credentialId || context.getNodeParameter(SAVE_TO, itemIndex) === 'output') return;
  const n8n = (await apiAddress(context as unknown as ApiContext)) ?? THIS_N8N;
  if ((await accountOf(await storeOfBots(), { n8n, credentialId })) === undefined)
    throw new InputProblem({ code: 'unknown_account' });
}

function optionsOf(context: IExecuteFunctions, itemIndex: number): { credentialId?: string } {
  return context.getNodeParameter('options', itemIndex, {}) as { credentialId?: string };
}

async function store(
  context: IExecuteFunctions,
  itemIndex: number,
  result: LoginResult,
): Promise<IDataObject> {
  const options = optionsOf(context, itemIndex);
  const { botId, ownerUserId, apiBaseUrl } = result;
  const account = { botId, ownerUserId, apiBaseUrl };
  if (context.getNodeParameter(SAVE_TO, itemIndex) === 'output') {
    return { ...account, botToken: result.botToken };
  }
  const target: LoginTarget = options.credentialId ? { credentialId: options.credentialId } : {};
  const name = textParameter(context, 'credentialName', itemIndex).trim() || 'WeChat Bot';
  const { id: workflowId = '' } = context.getWorkflow();
  const save = credentialSaver(
    context as unknown as ApiContext,
    { name, workflowId, ...readServerSettings(options) },
    storeOfBots,
  );
  const { credentialId, credentialName: savedAs, created } = await save(result, target);
  return { ...account, credentialId, credentialName: savedAs, credentialCreated: created };
}
