import type {
  IHookFunctions,
  ITriggerFunctions,
  ITriggerResponse,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';

import type { LoginMeans } from '../../../bot/login/desk';
import { toNodeError } from '../shared/errors';
import { logins, storeOfBots } from '../shared/logins';
import { withTriggerParameters } from '../shared/parameters';
import { closePage, openPage, pageName } from './links';
import { openLogin, readServerSettings, type ServerSettings } from './means';
import { readAssets } from './page';
import { credentialSaver, type ApiContext } from './saveCredential';
import { loginTriggerProperties } from './properties';
import { answerPage, outcomeJson, servePage, type WebDeps } from './web';

type Context = IWebhookFunctions | ITriggerFunctions;

/** Notes that the page can be had, so that links can be made for it. A test in the editor makes none. */
export async function openLoginPage(context: IHookFunctions): Promise<boolean> {
  const url = context.getNodeWebhookUrl('default');
  if (context.getMode() === 'manual' || url === undefined) return true;
  const { id: workflowId = '' } = context.getWorkflow();
  await openPage(await storeOfBots(), { page: pageOf(context), url, workflowId });
  return true;
}

export async function closeLoginPage(context: IHookFunctions): Promise<boolean> {
  const url = context.getNodeWebhookUrl('default');
  if (url !== undefined) await closePage(await storeOfBots(), pageOf(context), url);
  return true;
}

/** Answers a request of the page. */
export async function answerWebhook(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const deps: WebDeps = {
    desk: logins,
    page: context.getMode() === 'manual' ? testPageOf(context) : pageOf(context),
    means: meansOf(context),
    assets: readAssets,
    now: () => Date.now(),
  };
  return context.getWebhookName() === 'setup' ? servePage(context, deps) : answerPage(context, deps);
}

/** Starts the workflow for every login of the page that is done, in whichever process. */
export async function watchLogins(context: ITriggerFunctions): Promise<ITriggerResponse> {
  if (context.getMode() === 'manual') return { manualTriggerFunction: async () => emitTested(context) };
  const means = meansOf(context);
  const page = pageOf(context);
  const stop = logins.watch(page, means, (key, outcome) => {
    // n8n drops a second one with this key: after a crash the end may be told twice.
    context.emit([[{ json: outcomeJson(outcome) }]], undefined, undefined, `wechat:login:${key}`);
  });
  return { closeFunction: async () => stop() };
}

/**
 * A test in the editor: the page's answer has started this execution, and now n8n runs its first node, which has a trigger. That
 * must not wait for another login.
 */
async function emitTested(context: ITriggerFunctions): Promise<void> {
  const outcome = await logins.lastTold(testPageOf(context));
  context.emit([outcome ? [{ json: outcomeJson(outcome) }] : []]);
}

function testPageOf(context: Context): string {
  return `test:${pageOf(context)}`;
}

function pageOf(context: Context | IHookFunctions): string {
  return pageName(context.getWorkflow().id, context.getNode().id);
}

/** Reads the parameters now: when the login goes on, n8n's expression engine is gone. */
function meansOf(context: Context): () => LoginMeans {
  const { name, settings } = readSettings(context);
  return () => {
    const { login, close } = openLogin(settings, context.helpers);
    const save = credentialSaver(context as ApiContext, { name, ...settings }, storeOfBots);
    return { login, close, save };
  };
}

function readSettings(given: Context): { name: string; settings: ServerSettings } {
  try {
    const context = withTriggerParameters(given, loginTriggerProperties);
    const name = String(context.getNodeParameter('credentialName', '') ?? '').trim() || 'WeChat Bot';
    return { name, settings: readServerSettings(context.getNodeParameter('options', {}) as object) };
  } catch (error) {
    throw toNodeError(given.getNode(), error);
  }
}
