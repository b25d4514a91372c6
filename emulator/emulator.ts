import type { Certificate } from './certificate';
import type { EmulatorClock } from './clock';
import type { DuplicateStyle } from './duplicates';
import type { Fault } from './faults';
import type { Host, Offline } from './hosts';
import type { LoginView } from './logins';
import { Person, type ChatOf } from './person';
import type { Scope } from './setting-scopes';
import type { Settings } from './settings';
import { newCursorFloor } from './tokens';
import type { BotLogin, DropRecord, PersonMessage, RequestRecord, SeenMessage, WireMessage } from './types';
import type { World } from './world';

/** The hosts of the server, apart from the person's, which stays. */
export const SERVER_HOSTS = ['api', 'second', 'cdn', 'redirect'] as const;
export type HostName = (typeof SERVER_HOSTS)[number] | 'person';

/** The handle on a running emulator. What each call does on the wire: docs/emulator.md. */
export class Emulator {
  /** @internal */
  hosts: Partial<Record<HostName, Host>> = {};
  /** @internal A clock that was passed in may be shared, so its alarms are left alone. */
  ownsClock = true;
  /** @internal */
  tls: Certificate | undefined;
  private readonly person: Person;

  /** @internal Use `startEmulator`. */
  constructor(
    /** @internal */
    readonly world: World,
  ) {
    this.person = new Person(world);
  }

  get apiUrl(): string {
    return this.world.urls.api;
  }

  get cdnUrl(): string {
    return this.world.urls.cdn;
  }

  get personUrl(): string {
    return this.world.urls.person;
  }

  get redirectUrl(): string {
    return this.world.urls.redirect;
  }

  /** The second API host, as the international one is: a bot talks to the host that its login named. */
  get secondUrl(): string {
    return this.world.urls.second;
  }

  /** The hosts' certificate (PEM), when they speak TLS. */
  get certificate(): string | undefined {
    return this.tls?.cert;
  }

  /** Live: what is written here holds from the next request on. */
  get settings(): Settings {
    return this.world.settings;
  }

  /** What holds for one bot, one person or one chat; `patch` changes it for those only. */
  settingsFor(who: Scope, patch: Partial<Settings> = {}): Settings {
    this.world.scopes.set(who, patch);
    return this.world.settingsFor(who);
  }

  get clock(): EmulatorClock {
    return this.world.clock;
  }

  /** What was dropped or refused or looked wrong, oldest first. The array grows while the emulator runs. */
  get dropped(): DropRecord[] {
    return this.world.records.dropped.entries;
  }

  readonly faults = {
    add: (fault: Fault): void => this.world.faults.add(fault),
    clear: (): void => this.world.faults.clear(),
    pending: (): Fault[] => this.world.faults.pending(),
  };

  /** A login without the QR ceremony. The user has not written yet, so the window is closed. */
  bind(who?: { user_id?: string; bot_id?: string }): BotLogin {
    return { ...this.world.bots.bind(who).login };
  }

  /** Ends the bot's token: -14 from now on, also for polls that are held. */
  revoke(bot_id: string): void {
    this.world.bots.revoke(bot_id);
  }

  /** The user writes. @throws PersonError for an unknown bot, an ended login, or an empty message */
  async write(message: PersonMessage): Promise<WireMessage> {
    return this.person.write(message);
  }

  sees(bot_id: string, user_id: string): SeenMessage[] {
    return [...this.person.chat({ bot_id, user_id })];
  }

  typing(bot_id: string, user_id: string): boolean {
    return this.person.typing({ bot_id, user_id });
  }

  /** The chat, as soon as `predicate` holds for it. Rejects after `timeoutMs` (5 s) of real time. */
  waitFor(
    predicate: (seen: SeenMessage[]) => boolean,
    who: ChatOf,
    timeoutMs = 5000,
  ): Promise<SeenMessage[]> {
    return this.person.waitFor((seen) => predicate(seen as SeenMessage[]), who, timeoutMs);
  }

  /** The latest requests (20,000 at least), of one endpoint or of all, oldest first. */
  requests(endpoint?: string): RequestRecord[] {
    return this.world.records.requests.entries.filter(
      (record) => endpoint === undefined || record.endpoint === endpoint,
    );
  }

  /** getupdates requests of the bot that are held open right now. */
  polls(bot_id: string): number {
    return this.world.bots.get(bot_id).mailbox.polls;
  }

  /** The user writes several messages, which leave in one answer. */
  async writeTogether(messages: readonly PersonMessage[]): Promise<WireMessage[]> {
    return this.person.writeTogether(messages);
  }

  /** Puts a message into the next answer as it is, `count` times. Text and bytes go out unchanged; in an object, ids become bare numbers. */
  inject(bot_id: string, raw: string | Buffer | object, count = 1): void {
    this.person.inject(bot_id, raw, count);
  }

  /** Delivers the user's last message (or that with this id) once more. It opens no window. */
  repeat(chat: ChatOf, style: DuplicateStyle = 'same', message_id?: string): void {
    this.person.repeat(chat, style, message_id);
  }

  /** Makes every cursor that the bot has been given stale: the next poll that brings one is answered -14. */
  expireCursor(bot_id: string): void {
    newCursorFloor(this.world.bots.get(bot_id));
  }

  /** The phone scans the QR code. @throws PersonError when it cannot, for example for a client that is too old */
  scan(qr_url: string, user_id?: string): LoginView {
    return this.world.logins.scan(qr_url, user_id);
  }

  confirm(qr_url: string): LoginView {
    return this.world.logins.confirm(qr_url);
  }

  /** The person says no on the phone: the code is used up. */
  cancelLogin(qr_url: string): LoginView {
    return this.world.logins.end(qr_url, 'expired');
  }

  expireLogin(qr_url: string): LoginView {
    return this.world.logins.end(qr_url, 'expired');
  }

  blockLogin(qr_url: string): LoginView {
    return this.world.logins.end(qr_url, 'verify_code_blocked');
  }

  /** What the phone shows of a login, for example the number to type in. */
  login(qr_url: string): LoginView {
    return this.world.logins.view(qr_url);
  }

  /** The QR codes that can still be scanned or confirmed, the oldest first. */
  openLogins(): { qr_url: string; view: LoginView }[] {
    return this.world.logins.open();
  }

  /** The hosts go away (all but the person's, unless some are named): connections are cut, new ones refused or reset. */
  async goOffline(how: Offline = 'refused', hosts: readonly HostName[] = SERVER_HOSTS): Promise<void> {
    await Promise.all(hosts.map(async (name) => this.hosts[name]?.offline(how)));
  }

  /** The hosts are back at their old addresses. */
  async goOnline(hosts: readonly HostName[] = SERVER_HOSTS): Promise<void> {
    await Promise.all(hosts.map(async (name) => this.hosts[name]?.online()));
  }

  /** Closes everything, held polls too. */
  async stop(): Promise<void> {
    if (this.ownsClock) this.clock.stop();
    await Promise.all(Object.values(this.hosts).map((host) => host.close()));
  }
}
