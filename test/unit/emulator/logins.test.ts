import { EmulatorClock } from '../../../emulator/clock';
import { World } from '../../../emulator/world';

function setUp() {
  const world = new World(new EmulatorClock(() => 0));
  world.urls.person = 'http://127.0.0.1:1';
  const told: string[] = [];
  world.events.on('login', ({ status }) => told.push(status));
  const { qr_url } = world.logins.create([], 2 ** 24);
  return { world, logins: world.logins, told, qr_url };
}

describe('Logins', () => {
  it('tells every step', () => {
    const { logins, told, qr_url } = setUp();
    logins.scan(qr_url);
    logins.confirm(qr_url);
    expect(told).toEqual(['scaned', 'confirmed']);
  });

  it.each([
    ['an unknown code', 'http://127.0.0.1:1/q/x', 404],
    ['a code that nobody scanned', undefined, 409],
  ])('does not confirm %s', (_name, url, status) => {
    const { logins, qr_url } = setUp();
    expect(() => logins.confirm(url ?? qr_url)).toThrow(expect.objectContaining({ status }));
  });

  it('does not confirm before the number was entered', () => {
    const { world, logins, qr_url } = setUp();
    world.settings.loginVerifyCode = '7';
    logins.scan(qr_url);
    expect(() => logins.confirm(qr_url)).toThrow('need_verifycode');
  });

  it('does not scan twice, and not for an id that is no user', () => {
    const { logins, qr_url } = setUp();
    expect(() => logins.scan(qr_url, 'bot@im.bot')).toThrow('@im.wechat');
    logins.scan(qr_url);
    expect(() => logins.scan(qr_url)).toThrow('it would have to be wait');
  });

  it('can be ended by hand, but only once', () => {
    const { logins, told, qr_url } = setUp();
    logins.scan(qr_url);
    expect(logins.end(qr_url, 'verify_code_blocked')).toMatchObject({ status: 'verify_code_blocked' });
    expect(() => logins.end(qr_url, 'expired')).toThrow('verify_code_blocked');
    expect(told).toEqual(['scaned', 'verify_code_blocked']);
  });

  it('counts down, tells the expiry, and forgets the code an hour later', () => {
    const { world, logins, told, qr_url } = setUp();
    world.clock.advance(100_000);
    expect(logins.view(qr_url)).toEqual({ status: 'wait', expires_in_ms: 20_000 });
    world.clock.advance(20_000);
    expect([logins.view(qr_url).status, told]).toEqual(['expired', ['expired']]);
    world.clock.advance(3_600_000);
    expect(() => logins.view(qr_url)).toThrow('no such QR code');
  });

  it('tells a phone whose client is too old, once per scan', () => {
    const { world, logins, told, qr_url } = setUp();
    world.settings.minClientVersion = 2 ** 25;
    expect(() => logins.scan(qr_url)).toThrow('upgrade');
    world.clock.advance(120_000);
    expect(told).toEqual(['upgrade_required', 'expired']);
  });

  it('lets nobody bind again in a dead end, until the old bot is removed', () => {
    const { world, logins, told, qr_url } = setUp();
    const bot = world.bots.bind();
    const { ilink_user_id } = bot.login;
    world.settings.rebind = 'dead_end';
    expect(() => logins.scan(qr_url, ilink_user_id)).toThrow('old bot');
    expect([logins.view(qr_url).status, told]).toEqual(['wait', ['old_chat_opened']]);
    world.bots.revoke(bot.id);
    expect(logins.scan(qr_url, ilink_user_id)).toMatchObject({ status: 'scaned' });
  });
});
