import type {
  IHookFunctions,
  ITriggerFunctions,
  ITriggerResponse,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';

import type { LoginConnection } from '../../../login/service';
import { toNodeError } from '../shared/errors';
import { report } from '../shared/log';
import { logins, storeOfBots } from '../shared/logins';
import { withTriggerParameters } from '../shared/parameters';
import { storedCaller } from './caller';
import {
  closePage,
  isLinkMakers,
  openPage,
  pageName,
  refreshPage,
  testPageName,
  type PageTerms,
} from './links';
import { openLogin, readServerSettings, type ServerSettings } from './connection';
import { pageAssets } from './page';
import { apiAddress, N8N_API, type ApiContext } from './publicApi';
import { loginTriggerProperties } from './properties';
import { credentialSaver } from './saveCredential';
import { answerRequest, outcomeJson, type WebDeps } from './web';

type Context = IWebhookFunctions | ITriggerFunctions;

/** n8n listens for two minutes. What it does not close by itself closes then. */
const TEST_LIFE_MS = 10 * 60_000;

/** Notes that the page can be had, so that links can be made for it. */
export async function openLoginPage(context: IHookFunctions): Promise<boolean> {
  const url = context.getNodeWebhookUrl('default');
  if (url === undefined) return true;
  const { id: workflowId = '' } = context.getWorkflow();
  const page = { url, workflowId, ...(await termsOf(context)) };
  const store = await storeOfBots();
  if (context.getMode() !== 'manual') await openPage(store, { ...page, page: pageOf(context) });
  else await openPage(store, { ...page, page: testPageOf(context), isTest: true }, Date.now(), TEST_LIFE_MS);
  return true;
}

/** Only the page with this address: the end of a test does not close the one that is published. */
export async function closeLoginPage(context: IHookFunctions): Promise<boolean> {
  const url = context.getNodeWebhookUrl('default');
  if (url === undefined) return true;
  const store = await storeOfBots();
  for (const page of [pageOf(context), testPageOf(context)]) await closePage(store, page, url);
  return true;
}

/** Who may make links for the page, and where it writes. */
async function termsOf(context: IHookFunctions | ITriggerFunctions): Promise<PageTerms> {
  const { linkMakers: chosen = 'project' } = Object(context.getNodeParameter('options', {})) as {
    linkMakers?: string;
  };
  // What is none of the choices allows the least.
  const linkMakers = isLinkMakers(chosen) ? chosen : 'workflow';
  const { projectId } = storedCaller(context);
  const n8n = await apiAddress(context as unknown as ApiContext);
  return { linkMakers, ...(projectId !== undefined && { projectId }), ...(n8n !== undefined && { n8n }) };
}

/** Answers a request of the page, or of anybody else who knows its address. */
export async function answerWebhook(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const deps: WebDeps = {
    logins,
    page: context.getMode() === 'manual' ? testPageOf(context) : pageOf(context),
    connect: () => connectorOf(context)(),
    assets: pageAssets,
    now: () => Date.now(),
    report,
  };
  return answerRequest(context, deps);
}

/** Starts the workflow for every login of the page that is done, in whichever process. */
export async function watchLogins(context: ITriggerFunctions): Promise<ITriggerResponse> {
  if (context.getMode() === 'manual') return { manualTriggerFunction: async () => emitTested(context) };
  const connect = connectorOf(context);
  const page = pageOf(context);
  const terms = termsOf(context);
  void terms
    .then(async (known) => refreshPage(await storeOfBots(), page, known))
    .catch((error: unknown) => report({ code: 'page_terms_not_noted' }, error));
  const stop = logins.watch(page, connect, (key, outcome) => {
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

function testPageOf(context: Context | IHookFunctions): string {
  return testPageName(context.getWorkflow().id, context.getNode().id);
}

function pageOf(context: Context | IHookFunctions): string {
  return pageName(context.getWorkflow().id, context.getNode().id);
}

/** Reads the parameters now: when the login goes on, n8n's expression engine is gone. */
function connectorOf(context: Context): () => LoginConnection {
  const { name, settings } = readSettings(context);
  const { workflowId, projectId } = storedCaller(context);
  const apiCredentialId = context.getNode().credentials?.[N8N_API]?.id;
  const publisher = projectId && apiCredentialId ? { publisher: { projectId, apiCredentialId } } : {};
  return () => {
    const { login, close } = openLogin(settings, context.helpers);
    const credential = { name, workflowId, ...settings, ...publisher };
    const save = credentialSaver(context as ApiContext, credential, storeOfBots);
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
