import { EmulatorClock } from '../../../emulator/clock';
import * as tokens from '../../../emulator/tokens';
import { World } from '../../../emulator/world';

function setUp() {
  const world = new World(new EmulatorClock(() => 0));
  return { world, bot: world.bots.bind(), other: world.bots.bind() };
}

describe('cursors', () => {
  it('are good for their own bot, in any order, until they are made stale', () => {
    const { world, bot, other } = setUp();
    const old = [tokens.newCursor(world, bot), tokens.newCursor(world, bot)];
    expect(old.map((cursor) => tokens.judgeCursor(world, bot, cursor))).toEqual(['good', 'good']);
    expect(tokens.judgeCursor(world, other, old[0] ?? '')).toBe('unknown');
    tokens.newCursorFloor(bot);
    expect(old.map((cursor) => tokens.judgeCursor(world, bot, cursor))).toEqual(['stale', 'stale']);
    expect(tokens.judgeCursor(world, bot, tokens.newCursor(world, bot))).toBe('good');
  });

  it('may be empty', () => {
    const { world, bot } = setUp();
    expect(tokens.judgeCursor(world, bot, '')).toBe('none');
  });
});

describe('context tokens', () => {
  it('are good for their conversation only', () => {
    const { world, bot, other } = setUp();
    const token = tokens.newContextToken(world, bot, 'u@im.wechat');
    expect(tokens.isContextToken(world, bot, 'u@im.wechat', token)).toBe(true);
    expect(tokens.isContextToken(world, bot, 'v@im.wechat', token)).toBe(false);
    expect(tokens.isContextToken(world, other, 'u@im.wechat', token)).toBe(false);
    expect(
      tokens.isContextToken(world, bot, 'u@im.wechat', tokens.newTypingTicket(world, bot, 'u@im.wechat')),
    ).toBe(false);
  });
});

describe('typing tickets', () => {
  it('live as long as the setting says, to the millisecond', () => {
    const { world, bot } = setUp();
    world.settings.ticketTtlMs = 60_000;
    const ticket = tokens.newTypingTicket(world, bot, 'u');
    world.clock.advance(59_999);
    expect(tokens.isFreshTicket(world, bot, 'u', ticket)).toBe(true);
    world.clock.advance(1);
    expect(tokens.isFreshTicket(world, bot, 'u', ticket)).toBe(false);
  });
});
