import { randomInt } from 'node:crypto';

import { systemClock } from '../../ilink/clock';
import { openTransport } from '../../ilink/connect';
import { ILinkError } from '../../ilink/errors';
import { LoginError } from '../../login/error';
import { login, type LoginStreamDeps } from '../../login/login';
import type { LoginResult } from '../../login/state';
import { Problem } from '../exit';
import { checkWritable, writeSecretFile } from '../files';
import { isInteractive, styleOf, type Io } from '../io';
import { InputEnded, Lines } from '../lines';
import { isUsableProxy, proxyFor } from '../proxy';
import { ScanHelp } from './help';
import { JsonView } from './json-view';
import { keep, type Target } from './keep';
import { N8n } from './n8n';
import { loginOptions, type LoginOptions } from './options';
import { PlainView } from './plain-view';
import { qrPng } from './qr';
import { detailOf, LOGIN, USAGE_PROBLEMS, wordsOf } from '../texts';
import { TerminalView } from './terminal-view';
import type { LoginView } from './view';

const UINT32 = 2 ** 32;

/**
 * `login`: from the QR code to a token that is where the user wants it.
 *
 * @param interrupt ends the command as Ctrl-C does
 * @returns the exit code
 * @throws UsageProblem for a command line without sense; the signal's reason after Ctrl-C
 */
export async function loginCommand(
  args: string[],
  io: Io,
  signal: AbortSignal,
  interrupt: () => void,
): Promise<number> {
  const options = loginOptions(args, io.env, isInteractive(io));
  const view = viewFor(options, io, interrupt);
  const target: Target = {};
  try {
    checkProxy(options.apiBaseUrl, io.env);
    await prepare(options, target, view, signal);
    const credential = await follow(options, view, signal);
    return await keep(credential, options, target, view, systemClock, signal);
  } catch (error) {
    signal.throwIfAborted();
    const problem = problemOf(error);
    view.failed(problem);
    return problem.exitCode;
  } finally {
    view.close();
    await target.n8n?.close();
  }
}

function viewFor(options: LoginOptions, io: Io, interrupt: () => void): LoginView {
  const { lightBackground } = options;
  if (options.json) return new JsonView(io, new Lines(io.stdin));
  const { redraw, color } = styleOf(io);
  if (!redraw || !isInteractive(io)) return new PlainView(io, new Lines(io.stdin), { lightBackground });
  return new TerminalView({ io, clock: systemClock, style: { color, lightBackground }, interrupt });
}

/** undici would say no more than "Invalid URL". */
function checkProxy(apiBaseUrl: string, env: NodeJS.ProcessEnv): void {
  const proxy = proxyFor(new URL(apiBaseUrl), env);
  if (proxy !== undefined && !isUsableProxy(proxy, env)) throw new Problem(USAGE_PROBLEMS.proxyUnusable);
}

/** Finds out before the scan whether the token will have somewhere to go: a confirmation ends the token before it. */
async function prepare(
  { png, sinks }: LoginOptions,
  target: Target,
  view: LoginView,
  signal: AbortSignal,
): Promise<void> {
  for (const path of [png, sinks.output]) if (path !== undefined) await checkWritable(path);
  if (!sinks.n8n) return;
  const { url, apiKey, credential } = sinks.n8n;
  target.n8n = new N8n(url, apiKey, signal);
  await target.n8n.check();
  if (credential !== undefined) target.update = await target.n8n.find(credential);
  view.note(
    target.update ? LOGIN.willUpdate(target.update.name, url) : LOGIN.willCreate(sinks.n8n.name, url),
  );
}

/** @throws Problem when the account is bound already: then there is no token */
async function follow(options: LoginOptions, view: LoginView, signal: AbortSignal): Promise<LoginResult> {
  const { apiBaseUrl, clientVersion } = options;
  const clock = systemClock;
  const transport = openTransport({ clock });
  const random = (): number => randomInt(UINT32);
  const verifyCode = (asked: AbortSignal): Promise<string> => view.askNumber(asked);
  const deps: LoginStreamDeps = { transport, clock, random, apiBaseUrl, clientVersion, verifyCode };
  const help = new ScanHelp(clock, (line) => view.note(line));
  try {
    for await (const event of login(deps, signal)) {
      if (event.status === 'qr' && options.png) await writeSecretFile(options.png, await qrPng(event.url));
      view.show(event);
      help.after(event);
      if (event.status === 'confirmed') return event.credential;
    }
    throw new Problem(LOGIN.alreadyBound);
  } finally {
    help.stop();
    await transport.close();
  }
}

/** Codes whose cause lies on the way, which `doctor` can look at. */
const ON_THE_WAY: readonly string[] = [
  'unreachable',
  'timed_out',
  'unintelligible',
  'wrong_address',
  'access_denied',
];

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof InputEnded) {
    return new Problem(LOGIN.inputEnded);
  }
  if (error instanceof ILinkError || error instanceof LoginError) {
    const words = wordsOf(error);
    const next = ON_THE_WAY.includes(error.code) ? LOGIN.askDoctor : words.next;
    return new Problem({ message: `${words.message} (${detailOf(error)})`, next });
  }
  throw error;
}
