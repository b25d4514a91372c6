import { TestN8n } from './n8n';

import {
  startEmulator,
  type PersonMessage,
  type BotLogin,
  type Emulator,
  type SeenMessage,
  type WireMessage,
} from '../../../emulator';
import { eventually } from './eventually';
import type { NodeDraft } from './workflow';
import { WECHAT, WECHAT_TRIGGER } from './nodeTypes';

let people = 0;

/** Everything that a test needs: an n8n, WeChat's server, and people with phones. */
export class Stage {
  private constructor(
    readonly n8n: TestN8n,
    readonly server: Emulator,
  ) {}

  static async open(): Promise<Stage> {
    return new Stage(await TestN8n.start(), await startEmulator());
  }

  async close(): Promise<void> {
    await this.n8n.stop();
    await this.server.stop();
  }

  /** Somebody new logs a bot in and stores its credential in n8n. They have not written yet. */
  newOwner(): Person {
    const login = this.server.bind();
    const credential = `credential-${++people}`;
    this.n8n.credentials.stored.set(credential, this.credentialOf(login));
    return new Person(this.server, login, credential, login.ilink_user_id);
  }

  /** The same, and they have written, so that the bot may answer. */
  async owner(text = 'hello'): Promise<Person> {
    const person = this.newOwner();
    await person.writes(text);
    return person;
  }

  /**
   * Waits until the server dealt with a request in this way, for example accepted it and will never answer.
   *
   * @param after how many requests there were before; only a later one counts
   */
  answered(endpoint: string, outcome: string, after = 0): Promise<void> {
    return eventually(() => this.server.requests(endpoint).slice(after).at(-1)?.outcome === outcome);
  }

  credentialOf({ bot_token, ilink_bot_id, ilink_user_id }: BotLogin) {
    return {
      botToken: bot_token,
      botId: ilink_bot_id,
      ownerUserId: ilink_user_id,
      apiBaseUrl: this.server.apiUrl,
      cdnBaseUrl: this.server.cdnUrl,
      clientVersion: '2.4.9',
    };
  }
}

/** Somebody who chats with a bot: its owner, or another user of it. */
export class Person {
  constructor(
    private readonly server: Emulator,
    readonly login: BotLogin,
    /** Id of the bot's credential in n8n. */
    readonly credential: string,
    readonly id: string,
  ) {}

  get botId(): string {
    return this.login.ilink_bot_id;
  }

  /** Another user of the same bot. */
  friend(): Person {
    return new Person(this.server, this.login, this.credential, `o9friend${++people}@im.wechat`);
  }

  /** Writes a text, or something else. */
  async writes(message: string | Omit<PersonMessage, 'bot_id' | 'user_id'>): Promise<WireMessage> {
    const content = typeof message === 'string' ? { text: message } : message;
    return this.server.write({ bot_id: this.botId, user_id: this.id, ...content });
  }

  /** What the bot sent, as this phone shows it. */
  get received(): SeenMessage[] {
    return this.server.sees(this.botId, this.id).filter(({ from }) => from === 'bot');
  }

  get texts(): Array<string | undefined> {
    return this.received.map(({ text }) => text);
  }

  get seesTyping(): boolean {
    return this.server.typing(this.botId, this.id);
  }

  /** A WeChat node of this bot. */
  node(parameters: NodeDraft['parameters'], more: Partial<NodeDraft> = {}): NodeDraft {
    return { name: 'WeChat', type: WECHAT, credential: this.credential, parameters, ...more };
  }

  sendText(parameters: NodeDraft['parameters'], more: Partial<NodeDraft> = {}): NodeDraft {
    return this.node({ resource: 'message', operation: 'sendText', ...parameters }, more);
  }

  sendMedia(parameters: NodeDraft['parameters'], more: Partial<NodeDraft> = {}): NodeDraft {
    return this.node(
      {
        resource: 'message',
        operation: 'sendMedia',
        binaryPropertyName: 'data',
        sendAs: 'auto',
        ...parameters,
      },
      more,
    );
  }

  /** Media → Download. */
  download(parameters: NodeDraft['parameters'] = {}, more: Partial<NodeDraft> = {}): NodeDraft {
    const all = {
      resource: 'media',
      operation: 'download',
      filesOf: 'message',
      outputField: 'data',
      ...parameters,
    };
    return this.node(all, more);
  }

  typing(operation: 'start' | 'stop', parameters: NodeDraft['parameters'] = {}): NodeDraft {
    return this.node({ resource: 'typing', operation, ...parameters });
  }

  /** A WeChat Trigger of this bot. */
  trigger(parameters: NodeDraft['parameters'] = {}): NodeDraft {
    return { name: 'WeChat Trigger', type: WECHAT_TRIGGER, credential: this.credential, parameters };
  }
}
