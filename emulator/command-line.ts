import { parseArgs } from 'node:util';
import type { EmulatorOptions } from './index';
import { applySettings, choicesOf, DEFAULT_SETTINGS, type Settings } from './settings';

type Setting = keyof Settings;

/** `holdMs` → `hold-ms` */
const flagOf = (setting: string): string => setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Every setting by its flag. */
const SETTINGS = new Map(Object.keys(DEFAULT_SETTINGS).map((name) => [flagOf(name), name as Setting]));

function settingLine([flag, setting]: [string, Setting]): string {
  const standard = DEFAULT_SETTINGS[setting];
  const choices = choicesOf(setting)?.map((choice) => (choice === '' ? '""' : choice));
  const values =
    choices?.join(' | ') ?? (typeof standard === 'boolean' ? 'true | false' : `<${typeof standard}>`);
  return `  --${`${flag} ${values}`.padEnd(58)} [${standard === '' ? '""' : standard}]`;
}

export const HELP = `Usage: npm run emulator -- [options]

  --port-base <number>   ports N (API), N+1 (CDN), N+2 (person), N+3 (redirect), N+4 (second API); without it any free ones
  --bind                 make a login right away
  --tls                  speak TLS at all hosts but the person's, with a certificate of one's own
  --help                 show this

Settings, with their standard values; docs/emulator.md says what they mean:

${[...SETTINGS].map(settingLine).join('\n')}
`;

export interface CommandLine {
  options: EmulatorOptions;
  bind: boolean;
  help: boolean;
}

/** Reads the command line. @throws Error with a text for the user */
export function commandLine(args: string[]): CommandLine {
  const text = { type: 'string' as const };
  const flag = { type: 'boolean' as const };
  const settingFlags = Object.fromEntries([...SETTINGS.keys()].map((name) => [name, text]));
  const known = { ...settingFlags, 'port-base': text, bind: flag, tls: flag, help: flag };
  const values: Record<string, string | boolean | undefined> = parseArgs({ args, options: known }).values;
  const { bind = false, tls = false, help = false } = values;
  const settings = settingsIn(values);
  const options = { ...portsFrom(values['port-base']), ...(tls === true && { tls }), settings };
  return { options, bind: bind === true, help: help === true };
}

function settingsIn(values: Record<string, string | boolean | undefined>): Partial<Settings> {
  const given = [...SETTINGS].filter(([flag]) => values[flag] !== undefined);
  const settings = Object.fromEntries(
    given.map(([flag, name]) => [name, valueOf(name, flag, String(values[flag]))]),
  );
  // As a check only: a value that cannot be is said before anything is started.
  applySettings({ ...DEFAULT_SETTINGS }, settings);
  return settings;
}

function valueOf(setting: Setting, flag: string, text: string): unknown {
  const standard = DEFAULT_SETTINGS[setting];
  if (typeof standard === 'number') return wholeNumber(flag, text);
  if (typeof standard !== 'boolean') return text;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new Error(`--${flag} wants true or false`);
}

function portsFrom(portBase: unknown): EmulatorOptions {
  if (portBase === undefined) return {};
  const base = wholeNumber('port-base', String(portBase));
  return {
    apiPort: base,
    cdnPort: base + 1,
    personPort: base + 2,
    redirectPort: base + 3,
    secondPort: base + 4,
  };
}

function wholeNumber(flag: string, text: string): number {
  if (!/^-?\d+$/.test(text)) throw new Error(`--${flag} wants a whole number`);
  return Number(text);
}
