import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { startEmulator, type BotLogin, type Emulator, type EmulatorOptions } from '../../../emulator';

/** A client in the tests' own words, with plain fetch: the emulator is judged by the protocol, not by our client. */

export const CLIENT_VERSION = String((2 << 16) | (4 << 8) | 9);
export const BASE_INFO = { channel_version: '2.4.9', bot_agent: 'EmulatorTest/1.0 (jest)' };

type Json = Record<string, unknown>;

export const APP_HEADERS = { 'iLink-App-Id': 'bot', 'iLink-App-ClientVersion': CLIENT_VERSION };

export function wechatUin(): string {
  return Buffer.from(String(randomBytes(4).readUInt32BE())).toString('base64');
}

export function headersFor(token: string): Record<string, string> {
  return {
    ...APP_HEADERS,
    'Content-Type': 'application/json',
    AuthorizationType: 'ilink_bot_token',
    Authorization: `Bearer ${token}`,
    'X-WECHAT-UIN': wechatUin(),
  };
}

let lastClientId = 0;

/** A sendmessage body with one text item, and whatever a test wants different. A field that is undefined is left out. */
export function textMessage(to_user_id: string, text: string, changes: Json = {}): Json {
  lastClientId += 1;
  return {
    from_user_id: '',
    to_user_id,
    client_id: `test-${lastClientId}`,
    message_type: 2,
    message_state: 2,
    item_list: [{ type: 1, text_item: { text } }],
    ...changes,
  };
}

export interface Uploaded {
  param: string;
  keyHex: string;
  plainSize: number;
  cipherSize: number;
  /** `media` of an item, as the protocol wants it. */
  media: { encrypt_query_param: string; aes_key: string; encrypt_type: number };
}

/** A fresh upload's numbers: key, ciphertext, and the getuploadurl body that announces them. */
export function prepareUpload(bytes: Buffer, to_user_id: string, media_type: number) {
  const key = randomBytes(16);
  const cipher = createCipheriv('aes-128-ecb', key, null);
  const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()]);
  const announcement = {
    filekey: randomBytes(16).toString('hex'),
    media_type,
    to_user_id,
    rawsize: bytes.length,
    rawfilemd5: createHash('md5').update(bytes).digest('hex'),
    filesize: ciphertext.length,
    no_need_thumb: true,
    aeskey: key.toString('hex'),
  };
  return { key, ciphertext, announcement };
}

export class WireClient {
  constructor(
    readonly emulator: Emulator,
    readonly login: BotLogin,
  ) {}

  get user(): string {
    return this.login.ilink_user_id;
  }

  get chat() {
    return { bot_id: this.login.ilink_bot_id, user_id: this.user };
  }

  request(endpoint: string, body: Json, headers: Json = {}, signal?: AbortSignal): Promise<Response> {
    return fetch(`${this.emulator.apiUrl}/ilink/bot/${endpoint}`, {
      method: 'POST',
      headers: Object.fromEntries(
        Object.entries({ ...headersFor(this.login.bot_token), ...headers }).filter(
          ([, value]) => value !== undefined,
        ),
      ) as Record<string, string>,
      body: JSON.stringify({ ...body, ...('base_info' in body ? {} : { base_info: BASE_INFO }) }),
      ...(signal && { signal }),
    });
  }

  async post(endpoint: string, body: Json, headers: Json = {}): Promise<Json> {
    return (await (await this.request(endpoint, body, headers)).json()) as Json;
  }

  async poll(cursor = '', signal?: AbortSignal): Promise<Json & { msgs: Json[]; get_updates_buf: string }> {
    const response = await this.request('getupdates', { get_updates_buf: cursor }, {}, signal);
    return (await response.json()) as never;
  }

  send(text: string, changes: Json = {}): Promise<Json> {
    return this.post('sendmessage', { msg: textMessage(this.user, text, changes) });
  }

  sendItem(item: Json): Promise<Json> {
    return this.send('', { item_list: [item] });
  }

  userWrites(text = 'hello') {
    return this.emulator.write({ ...this.chat, text });
  }

  /** Announces and uploads a file the way the protocol describes. */
  async upload(bytes: Buffer, media_type: number): Promise<Uploaded> {
    const { key, ciphertext, announcement } = prepareUpload(bytes, this.user, media_type);
    const where = await this.post('getuploadurl', announcement);
    const url =
      (where['upload_full_url'] as string | undefined) ??
      `${this.emulator.cdnUrl}/upload?encrypted_query_param=${where['upload_param']}&filekey=${announcement.filekey}`;
    const response = await uploadTo(url, ciphertext);
    const param = response.headers.get('x-encrypted-param') ?? '';
    const keyHex = key.toString('hex');
    const aes_key = Buffer.from(keyHex).toString('base64');
    const media = { encrypt_query_param: param, aes_key, encrypt_type: 1 };
    return { param, keyHex, plainSize: bytes.length, cipherSize: ciphertext.length, media };
  }

  /** The reasons of everything that was dropped, refused or warned of so far. */
  reasons(): string[] {
    return this.emulator.dropped.map(({ reason }) => reason);
  }
}

export function uploadTo(url: string, ciphertext: Buffer, init: RequestInit = {}): Promise<Response> {
  const headers = { 'Content-Type': 'application/octet-stream' };
  return fetch(url, { method: 'POST', headers, body: new Uint8Array(ciphertext), ...init });
}

/** Waits, a turn of the event loop at a time, until something is the case. No clock is involved. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 20_000; turn += 1) {
    if (condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('It never came to be');
}

const running: Emulator[] = [];

/** A running emulator that `stopAll` ends. */
export async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator(options);
  running.push(emulator);
  return emulator;
}

/** An emulator with one bot whose user has written, and whose message was fetched: the bot may send. */
export async function startChat(options: EmulatorOptions = {}): Promise<WireClient> {
  const client = await startBound(options);
  await client.userWrites();
  await client.poll();
  return client;
}

/** An emulator with one bot whose user has not written yet. */
export async function startBound(options: EmulatorOptions = {}): Promise<WireClient> {
  const emulator = await start(options);
  return new WireClient(emulator, emulator.bind());
}

export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((emulator) => emulator.stop()));
}
