import { effectiveCode } from './effective-code';
import { ENDPOINTS, effectiveHoldMs, pollTimeoutMs, type Endpoint } from './endpoints';
import { ILinkApiError, ILinkHttpError } from './errors';
import { appHeaders, postHeaders, type RandomUint32 } from './headers';
import type { IncomingMessage } from './incoming';
import { codesOf } from './reply-codes';
import { isCursor, isId, parseReply, readUpdates } from './reply';
import { retryAfterMs } from './retry-after';
import type { Exchange, HttpAnswer, Transport } from './transport';
import type { Unreadable } from './updates/unreadable';
import { BOT_AGENT, CLIENT_VERSION } from './version';
import {
  MessageState,
  MessageType,
  type GetConfigReply,
  type GetUpdatesReply,
  type GetUploadUrlReply,
  type OutboundMessage,
  type QrCodeReply,
  type QrCodeStatusReply,
  type ReplyCodes,
  type SendMessageReply,
  type UploadRequest,
} from './wire';

/** Where the API is and who speaks. */
export interface ClientOptions {
  apiBaseUrl: string;
  /** Not needed for the two calls of the login. */
  botToken?: string;
  /** Declared to the server, e.g. `2.4.9`. */
  clientVersion?: string;
}

export interface ClientDeps {
  transport: Transport;
  random: RandomUint32;
}

/** The answer to a poll that was not refused. */
export interface Updates {
  messages: IncomingMessage[];
  /** Pieces of the reply that are no messages, as they came. They will not come again either. */
  unreadable?: Unreadable[];
  /** The reply named neither messages nor a cursor. A healthy server names both; a login that has lapsed may not. */
  bare?: true;
  /** The new cursor; absent when the old one stays. */
  cursor?: string;
  /** How long the server will hold the next poll. */
  holdMs: number;
  /** The address of the server that answered. */
  answeredBy?: string;
}

type Json = Record<string, unknown>;

/** Of every endpoint but getupdates, whose replies are read in steps: more is not the API, and would hold up the process. */
const MAX_REPLY_BYTES = 1024 * 1024;

/**
 * One method per endpoint of iLink. Every method takes an AbortSignal, and throws an {@link ILinkError} when the answer is
 * not an acceptance, or the signal's reason when it was aborted.
 */
export class ILinkClient {
  private readonly clientVersion: string;
  private readonly secrets: readonly string[];
  /** Made once: they are the same for every request. */
  private readonly urls = new Map<keyof typeof ENDPOINTS, URL>();
  private headers: (() => Record<string, string>) | undefined;

  constructor(
    private readonly options: ClientOptions,
    private readonly deps: ClientDeps,
  ) {
    this.clientVersion = options.clientVersion ?? CLIENT_VERSION;
    this.secrets = options.botToken ? [options.botToken] : [];
  }

  /**
   * Long poll for messages. The server acknowledges on delivery: what this returns will not come again.
   *
   * @param cursor the last cursor, opaque; empty at first
   * @param holdMs how long the server is expected to hold the request
   */
  async getUpdates(cursor: string, holdMs: number, signal?: AbortSignal): Promise<Updates> {
    const body = { get_updates_buf: cursor };
    const answer = await this.exchange(this.request('getupdates', body, pollTimeoutMs(holdMs)), signal);
    const { fields, messages = [], unreadable, ...found } = await readUpdates(answer);
    // The messages of an answer that broke off count; without one it is no answer.
    if (answer.cutBy !== undefined && messages.length === 0) throw answer.cutBy;
    const reply = fields as GetUpdatesReply;
    // They will not come again, so they are taken whatever code stands beside them. The next poll shows it, too, if it stays.
    const brings = messages.length + unreadable.length > 0;
    if (!brings) this.throwUnlessAccepted('getupdates', reply);
    const isBare = !brings && found.isBare && !isCursor(reply.get_updates_buf);
    return {
      messages,
      ...(unreadable.length > 0 && { unreadable }),
      ...(isBare && { bare: true }),
      ...(isCursor(reply.get_updates_buf) && { cursor: reply.get_updates_buf }),
      holdMs: effectiveHoldMs(reply.longpolling_timeout_ms),
      answeredBy: this.options.apiBaseUrl,
    };
  }

  /**
   * Sends one message of one item. Without any of the fields added here the server answers 200 `{}` and drops the message.
   *
   * @returns the server's id; without one, whether the reply was empty. `ret: 0` without an id is often never shown on the phone,
   * and only an empty reply is how servers used to say yes
   */
  async sendMessage(
    message: OutboundMessage,
    signal?: AbortSignal,
  ): Promise<{ message_id?: string; isBare?: boolean }> {
    const { item, ...rest } = message;
    const msg = {
      from_user_id: '',
      ...rest,
      message_type: MessageType.Bot,
      message_state: MessageState.Finish,
      item_list: [item],
    };
    const secrets = [message.context_token ?? '', item.text_item?.text ?? ''];
    const reply = await this.post<SendMessageReply>('sendmessage', { msg }, signal, secrets);
    if (isId(reply.message_id)) return { message_id: reply.message_id };
    return Object.keys(reply).length === 0 ? { isBare: true } : {};
  }

  /** Asks for the address to upload a file to. The reply has a full URL, a parameter for the CDN, or both. */
  getUploadUrl(upload: UploadRequest, signal?: AbortSignal): Promise<GetUploadUrlReply> {
    const sent = Object.values(upload).map(String);
    return this.post<GetUploadUrlReply>('getuploadurl', { ...upload, no_need_thumb: true }, signal, sent);
  }

  /** The typing ticket for a user. Changes nothing on the server, so it also serves as the test of a token. */
  getConfig(ilinkUserId: string, contextToken?: string, signal?: AbortSignal): Promise<GetConfigReply> {
    const body = { ilink_user_id: ilinkUserId, ...(contextToken ? { context_token: contextToken } : {}) };
    return this.post<GetConfigReply>('getconfig', body, signal, [contextToken ?? '']);
  }

  /** Shows or ends "typing…". The indicator dies by itself after about five seconds. */
  async sendTyping(ilinkUserId: string, ticket: string, status: number, signal?: AbortSignal): Promise<void> {
    await this.post('sendtyping', { ilink_user_id: ilinkUserId, typing_ticket: ticket, status }, signal, [
      ticket,
    ]);
  }

  /** Tells Tencent that this client starts or stops listening. For their statistics: never fail because of it. */
  async notify(what: 'start' | 'stop', signal?: AbortSignal): Promise<void> {
    await this.post(what === 'start' ? 'notifystart' : 'notifystop', {}, signal);
  }

  /**
   * A new QR code for a login. `qrcode_img_content` is a URL to draw; it lives about two minutes. No tokens go along that are held
   * already: with one of a live bot the scan by its owner ends as "already bound here", which brings no credentials.
   */
  async getBotQrCode(signal?: AbortSignal): Promise<QrCodeReply> {
    const url = this.url('get_bot_qrcode');
    url.searchParams.set('bot_type', '3');
    const headers = postHeaders(this.clientVersion, this.deps.random)();
    const body = JSON.stringify({ local_token_list: [] });
    const { timeoutMs } = ENDPOINTS.get_bot_qrcode;
    return this.call({ endpoint: 'get_bot_qrcode', method: 'POST', url, headers, body, timeoutMs }, signal);
  }

  /**
   * Long poll for the state of a login.
   *
   * @param verifyCode the number that the phone shows, once it was asked for
   */
  async getQrCodeStatus(
    qrcode: string,
    verifyCode?: string,
    signal?: AbortSignal,
  ): Promise<QrCodeStatusReply> {
    const url = this.url('get_qrcode_status');
    url.searchParams.set('qrcode', qrcode);
    if (verifyCode) url.searchParams.set('verify_code', verifyCode);
    const headers = appHeaders(this.clientVersion);
    const { timeoutMs } = ENDPOINTS.get_qrcode_status;
    return this.call({ endpoint: 'get_qrcode_status', method: 'GET', url, headers, timeoutMs }, signal, [
      qrcode,
    ]);
  }

  private post<Reply extends ReplyCodes>(
    endpoint: keyof typeof ENDPOINTS,
    body: Json,
    signal?: AbortSignal,
    secrets: readonly string[] = [],
  ): Promise<Reply> {
    return this.call(this.request(endpoint, body), signal, secrets);
  }

  private request(
    endpoint: keyof typeof ENDPOINTS,
    body: Json,
    timeoutMs: number = ENDPOINTS[endpoint].timeoutMs,
  ): Exchange {
    this.headers ??= postHeaders(this.clientVersion, this.deps.random, this.options.botToken ?? '');
    const base_info = { channel_version: this.clientVersion, bot_agent: BOT_AGENT };
    return {
      endpoint,
      method: 'POST',
      url: this.knownUrl(endpoint),
      headers: this.headers(),
      body: JSON.stringify({ ...body, base_info }),
      timeoutMs,
      finishStarted: endpoint === 'getupdates',
    };
  }

  private async call<Reply extends ReplyCodes>(
    exchange: Exchange,
    signal?: AbortSignal,
    secrets: readonly string[] = [],
  ): Promise<Reply> {
    const { endpoint } = exchange;
    const answer = await this.exchange(exchange, signal, MAX_REPLY_BYTES);
    const reply = parseReply<Reply>(endpoint, answer.body);
    this.throwUnlessAccepted(endpoint, reply, secrets);
    return reply;
  }

  /** @throws ILinkApiError, or ILinkReplyError when nobody can say what the answer means */
  private throwUnlessAccepted(endpoint: Endpoint, reply: ReplyCodes, secrets: readonly string[] = []): void {
    const codes = codesOf(endpoint, reply);
    if (effectiveCode(codes) === 0) return;
    throw new ILinkApiError(endpoint, { ...codes, errmsg: reply.errmsg }, [...this.secrets, ...secrets]);
  }

  private async exchange(exchange: Exchange, signal?: AbortSignal, maxBytes?: number): Promise<HttpAnswer> {
    const answer = await this.deps.transport.exchange({ ...exchange, ...(signal && { signal }) }, maxBytes);
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (answer.cutBy !== undefined) throw answer.cutBy;
    throw new ILinkHttpError(exchange.endpoint, answer.status, '', retryAfterMs(answer.headers));
  }

  private knownUrl(endpoint: keyof typeof ENDPOINTS): URL {
    const url = this.urls.get(endpoint) ?? this.url(endpoint);
    this.urls.set(endpoint, url);
    return url;
  }

  private url(endpoint: keyof typeof ENDPOINTS): URL {
    const base = this.options.apiBaseUrl;
    return new URL(ENDPOINTS[endpoint].path, base.endsWith('/') ? base : `${base}/`);
  }
}
