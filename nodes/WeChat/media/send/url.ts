import type { Readable } from 'node:stream';
import type { IExecuteFunctions, IN8nHttpFullResponse } from 'n8n-workflow';
import { BaseError } from 'n8n-workflow';

import { spool } from '../../../../ilink/media';
import { InputProblem } from '../../shared/errors';
import { fileLabels } from '../../texts';
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
    throw new InputProblem({ code: 'no_url', facts: { isEmpty: text === '' } });
  }
  // Never the whole address: path and query of many services hold a secret.
  const label = fileLabels.at(url.host);
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
  return new InputProblem({
    code: 'url_unreachable',
    facts: { label, code: typeof code === 'string' ? code : undefined },
  });
}

function webPage(label: string): InputProblem {
  return new InputProblem({ code: 'url_is_page', facts: { label } });
}

function refused(label: string, status: number): InputProblem {
  return new InputProblem({ code: 'url_refused', facts: { label, status } });
}
