import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { nextTryMs, type RetryPolicy } from '../../ilink/backoff';
import { sleep, type Clock } from '../../ilink/clock';
import type { LoginResult } from '../../login/state';
import type { StoredCredential } from '../../n8n-api/client';
import { Exit, Problem } from '../exit';
import { writeSecretFile } from '../files';
import { InputEnded } from '../lines';
import { PassingProblem, type N8n } from './n8n';
import type { LoginOptions } from './options';
import type { Saved } from './saved';
import type { LoginView } from './view';
import { LOGIN } from '../texts';

/** What is ready before the code is shown, so that a scan is not wasted. */
export interface Target {
  n8n?: N8n;
  /** The credential to update; without it a new one is made. */
  update?: StoredCredential;
}

/** n8n may just be restarting; the person has confirmed on the phone already. */
const N8N_RETRY: RetryPolicy = { maxTries: 3, firstMs: 3_000, longestMs: 3_000 };

/**
 * Puts the token where it was to go. A token that has been confirmed is never thrown away: the login before it has ended with
 * the confirmation. What cannot be saved as asked is kept in a file.
 *
 * @returns the exit code
 */
export async function keep(
  credential: LoginResult,
  options: LoginOptions,
  target: Target,
  view: LoginView,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  const saved: Saved[] = [];
  const done = (where: Saved): void => {
    saved.push(where);
    view.saved(where);
  };
  try {
    const { output, n8n } = options.sinks;
    if (output !== undefined) done(await saveToFile(output, credential, options));
    if (target.n8n && n8n)
      done(await saveToN8n(target.n8n, credential, options, target, view, clock, signal));
    const show = options.sinks.showToken || (saved.length === 0 && (await view.askToShowToken(signal)));
    if (saved.length === 0 && !show) done(await saveSomewhere(credential, options));
    view.result(credential, show, saved);
    const untested = saved.find((where) => where.to === 'n8n' && where.test?.ok === false);
    return untested ? Exit.NotSaved : Exit.Ok;
  } catch (error) {
    if (saved.length === 0) done(await saveSomewhere(credential, options));
    view.result(credential, options.sinks.showToken, saved);
    // Ctrl-D instead of an answer to where the token should go: it is in a file now.
    if (error instanceof InputEnded) return Exit.Ok;
    if (!(error instanceof Problem)) throw error;
    view.failed(new Problem({ message: error.message, next: LOGIN.needNotLogIn(error.next) }, Exit.NotSaved));
    return Exit.NotSaved;
  }
}

async function saveToN8n(
  n8n: N8n,
  credential: LoginResult,
  options: LoginOptions,
  { update }: Target,
  view: LoginView,
  clock: Clock,
  signal: AbortSignal,
): Promise<Saved> {
  const { cdnBaseUrl, clientVersion, sinks } = options;
  const save = (): Promise<StoredCredential> =>
    update
      ? n8n.update(update.id, credential)
      : n8n.create(sinks.n8n?.name ?? 'WeChat', { ...credential, cdnBaseUrl, clientVersion });
  for (let tries = 1; ; tries++) {
    try {
      const { id, name } = await save();
      const test = await n8n.test(id).catch(() => undefined);
      return { to: 'n8n', id, name, created: !update, ...(test && { test }) };
    } catch (error) {
      const pauseMs = nextTryMs(N8N_RETRY, tries);
      if (!(error instanceof PassingProblem) || pauseMs === undefined) throw error;
      view.note(LOGIN.tryingAgain(error.message));
      await sleep(clock, pauseMs, signal);
      signal.throwIfAborted();
    }
  }
}

/** The file holds the credential's fields under n8n's names; `doctor --file` reads it. */
async function saveToFile(path: string, credential: LoginResult, options: LoginOptions): Promise<Saved> {
  const { cdnBaseUrl, clientVersion } = options;
  const content = JSON.stringify({ ...credential, cdnBaseUrl, clientVersion }, undefined, 2);
  await writeSecretFile(path, `${content}\n`);
  return { to: 'file', path };
}

/** In the current folder, else where one can nearly always write. @throws Problem when nowhere */
async function saveSomewhere(credential: LoginResult, options: LoginOptions): Promise<Saved> {
  const name = `wechat-bot-${credential.botId.replace(/[^\w-]+/g, '-')}.json`;
  let problem: unknown;
  for (const folder of [process.cwd(), homedir(), tmpdir()]) {
    try {
      return await saveToFile(join(folder, name), credential, options);
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}
