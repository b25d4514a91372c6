import { parseArgs } from 'node:util';
import { startEmulator, type EmulatorOptions } from './index';

const USAGE = 'Usage: npm run emulator -- [--port-base N] [--hold-ms N] [--bind]';

/** Reads the command line. @throws Error with a text for the user */
function optionsFrom(args: string[]): { options: EmulatorOptions; bind: boolean } {
  const { values } = parseArgs({
    args,
    options: { 'port-base': { type: 'string' }, 'hold-ms': { type: 'string' }, bind: { type: 'boolean' } },
  });
  const base = wholeNumber('port-base', values['port-base']);
  const holdMs = wholeNumber('hold-ms', values['hold-ms']);
  const ports = base === undefined ? {} : portsFrom(base);
  return { options: { ...ports, ...(holdMs !== undefined && { holdMs }) }, bind: values.bind === true };
}

function portsFrom(base: number): EmulatorOptions {
  return { apiPort: base, cdnPort: base + 1, personPort: base + 2, redirectPort: base + 3 };
}

function wholeNumber(flag: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value)) throw new Error(`--${flag} wants a whole number`);
  return Number(value);
}

async function main(): Promise<void> {
  const { options, bind } = optionsFrom(process.argv.slice(2));
  const emulator = await startEmulator(options);
  const { apiUrl, cdnUrl, personUrl, redirectUrl } = emulator;
  const bot = bind ? { bot: emulator.bind() } : {};
  const stop = () => void emulator.stop().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  process.stdout.write(`${JSON.stringify({ apiUrl, cdnUrl, personUrl, redirectUrl, ...bot })}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n${USAGE}\n`);
  process.exit(1);
});
