import { commandLine, HELP } from './command-line';
import { startEmulator } from './index';

async function main(): Promise<void> {
  const { options, bind, help } = commandLine(process.argv.slice(2));
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const emulator = await startEmulator(options);
  const { apiUrl, secondUrl, cdnUrl, personUrl, redirectUrl, certificate } = emulator;
  const bot = bind ? { bot: emulator.bind() } : {};
  const stop = () => void emulator.stop().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const urls = { apiUrl, secondUrl, cdnUrl, personUrl, redirectUrl };
  process.stdout.write(`${JSON.stringify({ ...urls, ...(certificate && { certificate }), ...bot })}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\nUsage: npm run emulator -- [options]; --help lists them\n`);
  process.exit(1);
});
