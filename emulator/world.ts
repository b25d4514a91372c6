import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { Bot } from './bots';
import { Bots } from './bots';
import { CdnStore } from './cdn-store';
import type { EmulatorClock } from './clock';
import { Faults } from './faults';
import { MessageIds, Seals, toWireJson } from './ids';
import { Logins } from './logins';
import type { Connection } from './mailbox';
import { Records } from './records';
import { ScopedSettings, type Scope } from './setting-scopes';
import type { Settings } from './settings';
import type { DropKind, Endpoint } from './types';

/** What listeners on `World.events` hear. */
export interface WorldEvents {
  message: [{ bot_id: string; user_id: string; index: number }];
  typing: [{ bot_id: string; user_id: string; typing: boolean }];
  login: [{ qr_url: string; status: string }];
}

/** Base URLs, known once the servers listen. */
export interface Urls {
  api: string;
  cdn: string;
  person: string;
  redirect: string;
  /** The second API host. */
  second: string;
}

/** Everything the emulated server knows. Endpoints and the person's side share it; nothing is module-global. */
export class World {
  readonly scopes = new ScopedSettings();
  readonly urls: Urls = { api: '', cdn: '', person: '', redirect: '', second: '' };
  readonly records = new Records();
  readonly faults = new Faults();
  readonly messageIds = new MessageIds();
  readonly seals = new Seals();
  readonly events = new EventEmitter<WorldEvents>();
  readonly bots: Bots;
  readonly cdn: CdnStore;
  readonly logins: Logins;

  constructor(readonly clock: EmulatorClock) {
    this.bots = new Bots(clock, (user_id) => this.urls[this.settingsFor({ user_id }).loginHost]);
    this.cdn = new CdnStore(() => this.settings.cdnLimitBytes);
    this.logins = new Logins(this);
    // One listener for every open phone page and every waiting test: no leak to be warned of.
    this.events.setMaxListeners(0);
  }

  /** The settings of everybody for whom nothing else was said. */
  get settings(): Settings {
    return this.scopes.everybody;
  }

  /** The settings of one bot, or of one chat of it. */
  settingsFor(who: Scope): Settings {
    return this.scopes.for(who);
  }
}

/** An answer of the API or the CDN, before it is written. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string | Buffer;
  /** For the request log: `ok`, `ret -2`, `dropped`, `aborted`, … */
  outcome: string;
  /** Half of the body is sent; then the connection is cut, or nothing more comes. */
  stopsHalfway?: 'broken' | 'stalled';
  /** Called when the whole answer was written. */
  onGiven?: () => void;
}

/** One request as an endpoint sees it. */
export interface Call {
  endpoint: Endpoint;
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  /** Parsed JSON object; `{}` when the body is none. */
  body: Record<string, unknown>;
  connection: Connection;
  world: World;
  /** What holds for this bot and person. */
  settings: Settings;
  /** Writes down that something was dropped, refused, or looks wrong. */
  note(kind: DropKind, reason: string, detail: string): void;
}

/** A call with a good token. */
export interface BotCall extends Call {
  bot: Bot;
}

/** HTTP 200 with this JSON. */
export function answer(body: object, outcome = 'ok'): Answer {
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: toWireJson(body), outcome };
}

/** An error of the API: HTTP 200 with the code in `ret`, `errcode` or both, as the setting says. */
export function errorAnswer(settings: Settings, code: number, errmsg: string): Answer {
  const body: Record<string, unknown> = {};
  if (settings.codeIn !== 'errcode') body['ret'] = code;
  if (settings.codeIn !== 'ret') body['errcode'] = code;
  return answer({ ...body, errmsg }, `ret ${code}`);
}

/** Notes the refusal and answers it. `errmsg` is the wire's text, `detail` ours. */
export function refuse(call: Call, code: number, errmsg: string, reason: string, detail: string): Answer {
  call.note('refused', reason, detail);
  return errorAnswer(call.settings, code, errmsg);
}

/** Nobody is there any more to read an answer. */
export const ABORTED: Answer = { status: 0, body: '', outcome: 'aborted' };
