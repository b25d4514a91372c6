import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { LoginTarget } from '../../../../login/record';
import type { Store } from '../../../../store/store';
import { accountOf, THIS_N8N } from '../../login/accounts';
import { executingCaller, type Caller } from '../../login/caller';
import { loginLink, nearness, pagesFor, type LoginPage } from '../../login/links';
import { InputProblem } from '../../shared/errors';
import { nearestNumber } from '../../shared/number';
import { logins, storeOfBots } from '../../shared/logins';
import { textParameter } from '../../shared/textParameter';
import type { StandaloneOperation } from '../operation';
import { loginFields } from './fields';

const HOUR_MS = 3_600_000;
const LONGEST_HOURS = 24 * 7;
const HOURS = { least: 1, most: LONGEST_HOURS, unit: HOUR_MS };

/** Login → Get Login Link. */
export const getLoginLink: StandaloneOperation = {
  name: 'Get Login Link',
  action: 'Get login link',
  summary: 'Get a link to the page of a WeChat Login Trigger, for one login',
  needs: 'nothing',
  description: loginFields(
    'getLoginLink',
    [
      {
        displayName: 'Credential ID',
        name: 'credentialId',
        type: 'string',
        default: '',
        placeholder: 'e.g. aB3dE5fG7hJ9kL1m',
        description:
          'The WeChat Bot API credential that gets the new token, from a scan of the account that it belongs to. Leave it empty to renew the one that a status item of the WeChat Trigger is about, or to connect a new account if there is none.',
      },
      {
        displayName: 'Valid For (Hours)',
        name: 'validForHours',
        type: 'number',
        typeOptions: { minValue: 1, maxValue: LONGEST_HOURS },
        default: 1,
        description: 'How long the link can be opened. The first browser that shows its QR code owns it.',
      },
    ],
    [
      {
        displayName: 'Login Page URL',
        name: 'pageUrl',
        type: 'string',
        default: '',
        placeholder: 'e.g. https://n8n.example.com/webhook/…/wechat-login',
        description:
          'The production URL of the WeChat Login Trigger to use, if there are several. By default it is the one of this workflow, else one of this project, else one whose publisher allows links to everybody.',
      },
      {
        displayName: 'Use Test Page',
        name: 'useTestPage',
        type: 'boolean',
        default: false,
        description:
          'Whether the link is for a WeChat Login Trigger that listens for a test right now. Execute its step first, then this node in another tab.',
      },
    ],
    false,
  ),

  async execute({ context, itemIndex }) {
    const store = await storeOfBots();
    const caller = executingCaller(context);
    const page = await choosePage(context, itemIndex, store, caller);
    const lifeMs = nearestNumber(context.getNodeParameter('validForHours', itemIndex, 1), 1, HOURS);
    const target = await targetOf(context, itemIndex, store, page, caller);
    const url = await loginLink(logins, page, target, lifeMs);
    const expiresAt = new Date(Date.now() + lifeMs).toISOString();
    context.addExecutionHints({
      message: `<a href="${escapeHtml(url)}" target="_blank">Open the login page</a> and scan the QR code with WeChat.`,
      location: 'outputPane',
      type: 'info',
    });
    return { url, expiresAt, ...target };
  },
};

async function choosePage(
  context: IExecuteFunctions,
  itemIndex: number,
  store: Store,
  caller: Caller | undefined,
): Promise<LoginPage> {
  const { pageUrl = '', useTestPage = false } = context.getNodeParameter('options', itemIndex, {}) as {
    pageUrl?: string;
    useTestPage?: boolean;
  };
  const wanted = pageUrl.trim();
  const pages = await pagesFor(store, caller, { now: Date.now(), isTest: useTestPage });
  const page = wanted ? pages.usable.find(({ url }) => url === wanted) : pages.usable[0];
  if (page) return page;
  if (caller === undefined) throw new InputProblem({ code: 'sub_workflow' });
  if (wanted) {
    throw new InputProblem({ code: 'no_page_there' });
  }
  throw new InputProblem(
    useTestPage ? { code: 'no_test_page' } : { code: 'no_page', facts: { closed: pages.closed } },
  );
}

/**
 * Whose login it is: from the parameter, else from a status item of the WeChat Trigger. What an item says of the account counts for
 * nothing: anybody can write items.
 */
async function targetOf(
  context: IExecuteFunctions,
  itemIndex: number,
  store: Store,
  page: LoginPage,
  caller: Caller | undefined,
): Promise<LoginTarget & IDataObject> {
  const given = textParameter(context, 'credentialId', itemIndex).trim();
  const { login } = (context.getInputData()[itemIndex]?.json ?? {}) as { login?: IDataObject };
  const text = (name: string): string => (typeof login?.[name] === 'string' ? login[name] : '');
  const credentialId = given || text('credentialId');
  if (credentialId === '') return {};
  if (nearness(page, caller) === 'foreign') throw new InputProblem({ code: 'foreign_page' });
  const ownerUserId = await accountOf(store, { n8n: page.n8n ?? THIS_N8N, credentialId });
  if (ownerUserId === undefined) throw new InputProblem({ code: 'unknown_account' });
  const credentialName = credentialId === text('credentialId') ? text('credentialName') : '';
  return { credentialId, ...(credentialName && { credentialName }), ownerUserId };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
