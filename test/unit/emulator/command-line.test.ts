import { commandLine, HELP } from '../../../emulator/command-line';
import { DEFAULT_SETTINGS } from '../../../emulator/settings';

describe('commandLine', () => {
  it('takes every setting, by its name with hyphens', () => {
    for (const name of Object.keys(DEFAULT_SETTINGS) as (keyof typeof DEFAULT_SETTINGS)[]) {
      const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      const value = String(DEFAULT_SETTINGS[name]);
      expect(commandLine([`${flag}=${value}`]).options.settings).toEqual({ [name]: DEFAULT_SETTINGS[name] });
      expect(HELP).toContain(`${flag} `);
    }
  });

  it('takes ports, TLS and a login', () => {
    expect(commandLine(['--port-base', '4000', '--tls', '--bind'])).toEqual({
      options: {
        ...{ apiPort: 4000, cdnPort: 4001, personPort: 4002, redirectPort: 4003, secondPort: 4004 },
        tls: true,
        settings: {},
      },
      bind: true,
      help: false,
    });
    expect(commandLine([])).toEqual({ options: { settings: {} }, bind: false, help: false });
  });

  it.each([
    [['--hold-ms', 'long'], '--hold-ms wants a whole number'],
    [['--hold-ms=-1'], 'holdMs must not be negative'],
    [['--tls=yes'], '--tls'],
    [['--login-redirect', 'yes'], '--login-redirect wants true or false'],
    [['--reply-style', 'loud'], 'replyStyle must be one of'],
    [['--throttle-ret=-5'], 'throttleRet must be one of'],
    [['--quoat', '3'], '--quoat'],
  ])('refuses %j', (args, message) => {
    expect(() => commandLine(args)).toThrow(message);
  });
});
