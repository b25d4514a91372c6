import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { LoginTarget } from '../../../../bot/login/record';
import { loginLink, openPages, type LoginPage } from '../../login/links';
import { InputProblem } from '../../shared/errors';
import { logins, storeOfBots } from '../../shared/logins';
import { textParameter } from '../../shared/textParameter';
import type { StandaloneOperation } from '../operation';
import { loginFields } from './fields';

const HOUR_MS = 3_600_000;
const LONGEST_HOURS = 24 * 7;

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
          'The WeChat Bot API credential that gets the new token. Leave it empty to renew the one that a status item of the WeChat Trigger is about, or to connect a new account if there is none.',
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
          'The production URL of the WeChat Login Trigger to use, if there are several. By default it is the one of this workflow, else any that is published.',
      },
    ],
    false,
  ),

  async execute({ context, itemIndex }) {
    const page = await choosePage(context, itemIndex);
    const hours = Number(context.getNodeParameter('validForHours', itemIndex, 1));
    const lifeMs = Math.min(Math.max(Number.isFinite(hours) ? hours : 1, 1), LONGEST_HOURS) * HOUR_MS;
    const target = targetOf(context, itemIndex);
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

async function choosePage(context: IExecuteFunctions, itemIndex: number): Promise<LoginPage> {
  const options = context.getNodeParameter('options', itemIndex, {}) as { pageUrl?: string };
  const wanted = (options.pageUrl ?? '').trim();
  const pages = await openPages(await storeOfBots(), context.getWorkflow().id);
  const page = wanted ? pages.find(({ url }) => url === wanted) : pages[0];
  if (page) return page;
  if (wanted) {
    throw new InputProblem(
      'No login page is open at this URL',
      'Use the production URL of a WeChat Login Trigger in a workflow that is published.',
    );
  }
  throw new InputProblem(
    'No login page is open',
    'Add a WeChat Login Trigger to this or another workflow, publish it, and try again.',
  );
}

/** Whose login it is: from the parameter, else from a status item of the WeChat Trigger. */
function targetOf(context: IExecuteFunctions, itemIndex: number): LoginTarget & IDataObject {
  const credentialId = textParameter(context, 'credentialId', itemIndex).trim();
  const { login } = (context.getInputData()[itemIndex]?.json ?? {}) as { login?: IDataObject };
  const text = (name: string): string => (typeof login?.[name] === 'string' ? login[name] : '');
  if (credentialId && credentialId !== text('credentialId')) return { credentialId };
  return Object.fromEntries(
    (['credentialId', 'credentialName', 'ownerUserId'] as const)
      .map((name) => [name, text(name)] as const)
      .filter(([, value]) => value !== ''),
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
