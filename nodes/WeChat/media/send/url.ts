import type { Readable } from 'node:stream';
import type { IExecuteFunctions, IN8nHttpFullResponse } from 'n8n-workflow';
import { BaseError } from 'n8n-workflow';

import { spool } from '../../../../ilink/media';
import { InputProblem } from '../../shared/errors';
import { isPageInstead } from './page';
import { nameFromWeb } from '../fileName';
import { textParameter } from '../../shared/textParameter';
import type { FileToSend, LoadedFile } from './file';
import type { SendSettings } from './upload';

/** Until the server begins to answer. */
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * The file that "URL" names. It is fetched by n8n's own helper, so that n8n's proxy and egress rules hold, redirects included.
 *
 * A web server may give another file the next time, so it is fetched once, to the disk.
 *
 * @param settings what the file is to be sent as, which a web page in its place is not
 * @throws InputProblem when it is not a web address
 */
export function urlFile(context: IExecuteFunctions, itemIndex: number, settings: SendSettings): FileToSend {
  const text = textParameter(context, 'url', itemIndex).trim();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new InputProblem(
      text === '' ? 'The URL is empty' : 'The URL is not a web address',
      'Fill in "URL" with an address that starts with https:// or http://. If it is an expression, check that it gives a value for this item.',
    );
  }
  // Never the whole address: path and query of many services hold a secret.
  const label = `The file at ${url.host}`;
  return { label, load: (maxBytes, signal) => load(context, { url, label, settings }, maxBytes, signal) };
}

interface Wanted {
  url: URL;
  label: string;
  settings: SendSettings;
}

async function load(
  context: IExecuteFunctions,
  { url, label, settings }: Wanted,
  maxBytes: number,
  signal: AbortSignal,
): Promise<LoadedFile> {
  const { body, headers, statusCode } = await get(context, url, label, signal);
  const stream = body as Readable;
  if (statusCode < 200 || statusCode >= 300) {
    stream.destroy();
    throw refused(label, statusCode);
  }
  const header = (name: string): string => (typeof headers[name] === 'string' ? headers[name] : '');
  // n8n's helper does not say where redirects ended.
  const fileName = nameFromWeb(header('content-disposition'), url.href);
  const declaredType = header('content-type');
  const spooled = await spool(stream, { maxBytes, signal });
  // `download?file=report.pdf` names what is asked for, too.
  const names = [
    settings.fileName,
    fileName ?? '',
    nameFromWeb('', url.href) ?? '',
    ...url.searchParams.values(),
  ];
  if (isPageInstead({ head: spooled.measured.head, declaredType, names, sendAs: settings.sendAs })) {
    await spooled.close();
    throw webPage(label);
  }
  return { ...spooled, declaredType, ...(fileName && { fileName }) };
}

async function get(
  context: IExecuteFunctions,
  url: URL,
  label: string,
  signal: AbortSignal,
): Promise<IN8nHttpFullResponse> {
  const answer: Promise<unknown> = context.helpers.httpRequest({
    method: 'GET',
    url: url.href,
    encoding: 'stream',
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
    timeout: ANSWER_TIMEOUT_MS,
    abortSignal: signal,
  });
  return answer.catch((error: unknown) => {
    throw explained(error, label, signal);
  }) as Promise<IN8nHttpFullResponse>;
}

function explained(error: unknown, label: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  // n8n's own, written for people: an address that its administrator does not allow.
  if (error instanceof BaseError) return error;
  const { code } = Object(error) as { code?: unknown };
  return new InputProblem(
    `${label} could not be fetched`,
    `Check the URL, and that this n8n can reach it (DNS, proxy, firewall).${typeof code === 'string' ? ` (${code})` : ''}`,
  );
}

function webPage(label: string): InputProblem {
  return new InputProblem(
    `${label} is a web page (HTML) and not the file itself`,
    'Open the URL in a private window of a browser: it often shows a login, a preview or an error. Use the address that downloads the file, or fetch it with an HTTP Request node and send it as "Binary File". To send the page itself, give it a "File Name" that ends with .html.',
  );
}

function refused(label: string, status: number): InputProblem {
  const next =
    status === 401 || status === 403
      ? 'The server wants a login. Fetch the file with an HTTP Request node and its credential, and send it as "Binary File".'
      : status >= 500
        ? 'That server has a problem. Try again in a minute.'
        : 'Check that the URL is right and still valid: links to files often expire.';
  return new InputProblem(`${label} could not be fetched: the server answered ${status}`, next);
}
