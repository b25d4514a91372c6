import { PersonError } from './errors';
import { randomText } from './ids';
import {
  codeEntered,
  isFinal,
  OLD_CHAT_NOTICE,
  scanned,
  statusAt,
  UPGRADE_NOTICE,
  type Login,
  type LoginHost,
  type LoginStatus,
} from './login';
import type { Connection } from './mailbox';
import type { Bots } from './bots';
import type { EmulatorClock } from './clock';
import type { Scope } from './setting-scopes';
import type { Settings } from './settings';

/** What the phone shows of a login. */
export interface LoginView {
  status: LoginStatus;
  verify_code?: string;
  notice?: string;
  ilink_bot_id?: string;
  expires_in_ms: number;
}

/** What the event of a scan is called that led nowhere. */
const NOTICE_EVENTS: Record<string, string> = {
  [UPGRADE_NOTICE]: 'upgrade_required',
  [OLD_CHAT_NOTICE]: 'old_chat_opened',
};

/** A QR code is remembered this long after it expired: its polls are answered `expired` either way. */
const FORGET_AFTER_MS = 60 * 60_000;

/** What the logins need of the world that they belong to. */
export interface LoginSurroundings {
  bots: Bots;
  clock: EmulatorClock;
  events: { emit(event: 'login', change: { qr_url: string; status: string }): unknown };
  urls: { person: string };
  settings: Settings;
  settingsFor(who: Scope): Settings;
}

/** All QR codes, what the phone does with them, and the polls that wait for it. */
export class Logins {
  private readonly byCode = new Map<string, Login>();
  private readonly byUrl = new Map<string, Login>();
  /** What the latest poll at each host was told: the next one is held until something else is the case. */
  private readonly told = new WeakMap<Login, Partial<Record<LoginHost, LoginStatus>>>();
  private readonly waiting = new Map<Login, Set<() => void>>();

  constructor(private readonly world: LoginSurroundings) {}

  /** A new QR code. */
  create(localTokens: readonly string[], clientVersion: number): Login {
    const { clock, settings, urls } = this.world;
    const qrcode = randomText(24);
    const login: Login = {
      qrcode,
      qr_url: `${urls.person}/q/${qrcode}?bot_type=3`,
      expiresAt: clock.now() + settings.qrTtlMs,
      localTokens,
      clientVersion,
      status: 'wait',
      redirected: false,
      wrongCodes: 0,
    };
    this.byCode.set(qrcode, login);
    this.byUrl.set(login.qr_url, login);
    clock.in(
      settings.qrTtlMs,
      () => isFinal(login.status) || this.change(login, () => (login.status = 'expired')),
    );
    clock.in(settings.qrTtlMs + FORGET_AFTER_MS, () => this.forget(login));
    return login;
  }

  /** The login of a `qrcode` value, as a client polls for it. */
  find(qrcode: string): Login | undefined {
    return this.byCode.get(qrcode);
  }

  /** Takes the number that came with a poll. */
  enterCode(login: Login, code: string): void {
    this.change(login, () => codeEntered(login, code, this.world.settings.verifyAttempts));
  }

  /** The status, at once when it is news to this host's polls or final, else when it changes or the hold is over. */
  async status(login: Login, host: LoginHost, connection: Connection, atOnce: boolean): Promise<LoginStatus> {
    const told = this.told.get(login)?.[host] ?? 'wait';
    const current = statusAt(login, host);
    if (!atOnce && current === told && !isFinal(current)) await this.nextChange(login, connection);
    const status = statusAt(login, host);
    this.told.set(login, { ...this.told.get(login), [host]: status });
    return status;
  }

  /** The person scans. Without `user_id` somebody new does. @throws PersonError when the code cannot be scanned */
  scan(qr_url: string, user_id = `o9cq80${randomText(15)}@im.wechat`): LoginView {
    const login = this.at(qr_url, ['wait']);
    if (!user_id.endsWith('@im.wechat')) throw new PersonError(400, 'A user id ends in @im.wechat');
    const { bots } = this.world;
    const settings = this.world.settingsFor({ user_id });
    const facts = {
      user_id,
      boundHere: login.localTokens.some((token) => bots.withToken(token)?.login.ilink_user_id === user_id),
      verifyCode: settings.loginVerifyCode ?? '',
      redirect: settings.loginRedirect,
      minClientVersion: settings.oldClients === 'accept' ? 0 : settings.minClientVersion,
      deadEnd: settings.rebind === 'dead_end' && bots.hasLive(user_id),
    };
    this.change(login, () => scanned(login, facts));
    if (login.notice !== undefined) throw new PersonError(409, login.notice);
    return this.view(qr_url);
  }

  /** The person taps "confirm": a new bot comes to be, and the account's earlier one ends. */
  confirm(qr_url: string): LoginView {
    const login = this.at(qr_url, ['scaned']);
    const bot = this.world.bots.bind(login.user_id === undefined ? {} : { user_id: login.user_id });
    login.credentials = bot.login;
    this.change(login, () => (login.status = 'confirmed'));
    return this.view(qr_url);
  }

  /** Ends a login that is not over: by the person (`expired`), by time (`expired`), or after wrong numbers. */
  end(qr_url: string, status: 'expired' | 'verify_code_blocked'): LoginView {
    const login = this.at(qr_url, ['wait', 'scaned', 'need_verifycode']);
    this.change(login, () => (login.status = status));
    return this.view(qr_url);
  }

  /** What the phone shows. */
  view(qr_url: string): LoginView {
    const login = this.at(qr_url);
    return {
      status: login.redirected && login.status === 'scaned' ? 'scaned_but_redirect' : login.status,
      ...(login.status === 'need_verifycode' && { verify_code: login.verifyCode ?? '' }),
      ...(login.notice !== undefined && { notice: login.notice }),
      ...(login.credentials && { ilink_bot_id: login.credentials.ilink_bot_id }),
      expires_in_ms: Math.max(0, login.expiresAt - this.world.clock.now()),
    };
  }

  /** The codes that somebody can still scan or confirm, the oldest first. */
  open(): { qr_url: string; view: LoginView }[] {
    const urls = [...this.byUrl].filter(([, login]) => !isFinal(login.status)).map(([qr_url]) => qr_url);
    return urls.map((qr_url) => ({ qr_url, view: this.view(qr_url) }));
  }

  private at(qr_url: string, wanted?: LoginStatus[]): Login {
    const login = this.byUrl.get(qr_url);
    if (!login) throw new PersonError(404, 'There is no such QR code');
    if (!wanted || wanted.includes(login.status)) return login;
    throw new PersonError(409, `This login is ${login.status}; it would have to be ${wanted.join(' or ')}`);
  }

  private change(login: Login, act: () => void): void {
    const before = login.status;
    act();
    if (login.status === before && login.notice === undefined) return;
    const status = login.status === 'wait' ? (NOTICE_EVENTS[login.notice ?? ''] ?? 'wait') : login.status;
    this.world.events.emit('login', { qr_url: login.qr_url, status });
    for (const wake of this.waiting.get(login) ?? []) wake();
  }

  private nextChange(login: Login, connection: Connection): Promise<void> {
    if (connection.closed) return Promise.resolve();
    const waiting = this.waiting.get(login) ?? new Set();
    this.waiting.set(login, waiting);
    return new Promise((resolve) => {
      const wake = () => {
        stopAlarm();
        stopWatching();
        waiting.delete(wake);
        resolve();
      };
      const stopAlarm = this.world.clock.in(this.world.settings.holdMs, wake);
      const stopWatching = connection.onClose(wake);
      waiting.add(wake);
    });
  }

  private forget(login: Login): void {
    this.byCode.delete(login.qrcode);
    this.byUrl.delete(login.qr_url);
    this.waiting.delete(login);
  }
}
