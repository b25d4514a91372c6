import { isWithin, ScopedSettings } from '../../../emulator/setting-scopes';

describe('isWithin', () => {
  it.each([
    [{}, { bot_id: 'a' }, true],
    [{ bot_id: 'a' }, { bot_id: 'a', user_id: 'u' }, true],
    [{ bot_id: 'a' }, { user_id: 'u' }, false],
    [{ bot_id: 'a', user_id: 'u' }, { bot_id: 'a', user_id: 'v' }, false],
  ])('%j and %j: %s', (scope, who, within) => {
    expect(isWithin(scope, who)).toBe(within);
  });
});

describe('ScopedSettings', () => {
  it('knows one set of settings while nothing differs for anybody', () => {
    const settings = new ScopedSettings();
    expect(settings.for({ bot_id: 'a' })).toBe(settings.everybody);
  });

  it('lets a chat go before a bot, and a bot before a person, in whatever order they were set', () => {
    const settings = new ScopedSettings();
    settings.set({ bot_id: 'a', user_id: 'u' }, { quota: 3 });
    settings.set({ bot_id: 'a' }, { quota: 2, holdMs: 20 });
    settings.set({ user_id: 'u' }, { quota: 1, holdMs: 10, windowMs: 5 });
    expect(settings.for({ bot_id: 'a', user_id: 'u' })).toMatchObject({ quota: 3, holdMs: 20, windowMs: 5 });
    expect(settings.for({ bot_id: 'b', user_id: 'u' })).toMatchObject({ quota: 1, holdMs: 10 });
    expect(settings.for({ bot_id: 'b' })).toBe(settings.everybody);
  });

  it('follows the settings of everybody where nothing else was said, and takes a setting back', () => {
    const settings = new ScopedSettings();
    settings.set({ bot_id: 'a' }, { quota: 2, holdMs: 20 });
    settings.everybody.windowMs = 7;
    settings.set({ bot_id: 'a' }, { quota: undefined as never });
    expect(settings.for({ bot_id: 'a' })).toMatchObject({ windowMs: 7, quota: 10, holdMs: 20 });
  });

  it('refuses what is no setting', () => {
    expect(() => new ScopedSettings().set({ bot_id: 'a' }, { qouta: 2 } as never)).toThrow(
      'no setting qouta',
    );
  });
});
