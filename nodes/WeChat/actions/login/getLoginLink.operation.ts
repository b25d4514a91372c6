import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { LoginTarget } from '../../../../login/record';
import type { Store } from '../../../../store/store';
import { accountOf, THIS_N8N } from '../../login/accounts';
import { executingCaller, type Caller } from '../../login/caller';
import { loginLink, nearness, pagesFor, type LoginPage, type Pages } from '../../login/links';
import { UNKNOWN_ACCOUNT } from '../../texts';
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
  if (caller === undefined) throw SUB_WORKFLOW;
  if (wanted) {
    throw new InputProblem(
      'No login page is open at this URL, or this workflow may not make links for it',
      'Use the production URL of a WeChat Login Trigger in a workflow of this project that is published. For a page of another project, its publisher has to allow it: Options → Who May Make Links.',
    );
  }
  throw useTestPage ? NO_TEST : noPage(pages);
}

function noPage({ closed }: Pages): InputProblem {
  const others = closed === 1 ? 'One page of another project is' : `${closed} pages of other projects are`;
  return new InputProblem(
    'No login page is open',
    `Add a WeChat Login Trigger to this workflow or to another one of this project, publish it, and try again.${
      closed > 0
        ? ` ${others} open, where this workflow may not make links: the publisher can allow it (Options → Who May Make Links).`
        : ''
    }`,
  );
}

const NO_TEST = new InputProblem(
  'No login page is being tested',
  'Execute the step of the WeChat Login Trigger. While it listens, execute this node in another tab.',
);
const SUB_WORKFLOW = new InputProblem(
  'A sub-workflow may not make links for this login page',
  'n8n does not tell whose workflow a sub-workflow really is. Execute Get Login Link in the calling workflow, or allow links to everybody in the WeChat Login Trigger (Options → Who May Make Links).',
);

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
  if (nearness(page, caller) === 'foreign') throw FOREIGN_PAGE;
  const ownerUserId = await accountOf(store, { n8n: page.n8n ?? THIS_N8N, credentialId });
  if (ownerUserId === undefined) throw new InputProblem(UNKNOWN_ACCOUNT.message, UNKNOWN_ACCOUNT.next);
  const credentialName = credentialId === text('credentialId') ? text('credentialName') : '';
  return { credentialId, ...(credentialName && { credentialName }), ownerUserId };
}

const FOREIGN_PAGE = new InputProblem(
  'This login page renews no credential of another project',
  'It belongs to another project, and everybody may only connect new accounts there. Leave Credential ID empty, or publish a WeChat Login Trigger in this project.',
);

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
