import { startEmulator, type Emulator } from '../../emulator';
import { ECHOES, echoing, spellings } from '../support/echoing';
import { seededRandom } from '../support/seeded-random';
import { removeTempFolders } from '../support/temp-folder';
import { eventually } from '../n8n/harness/eventually';
import { Piped } from './piped';
import { PseudoTerminal } from './pseudo-terminal';

/** A server or a gateway that writes back what it was sent, in front of the command line. */
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.faults.clear());
afterAll(async () => {
  await emulator.stop();
  removeTempFolders();
});

const finds = (output: string, secrets: string[]): string | undefined =>
  secrets.flatMap(spellings).find((spelling) => output.toLowerCase().includes(spelling));

describe.each(ECHOES)('What it echoes reaches no output: %s', (kind) => {
  const random = seededRandom(ECHOES.indexOf(kind));

  test.each([['for people'], ['--json']])('of the doctor %s', async (form) => {
    const more = form === '--json' ? [form] : [];
    const { bot_token } = emulator.bind();
    const answers = [echoing(kind, random), echoing(kind, random, ['token'])];
    for (const answer of answers) {
      emulator.faults.add({ endpoint: 'getconfig', times: 3, ...answer });
      emulator.faults.add({ endpoint: 'cdn_download', times: 3, ...answer });
      const addresses = ['--api-base-url', emulator.apiUrl, '--cdn-base-url', emulator.cdnUrl];
      const doctor = new Piped(['doctor', ...addresses, ...more], { env: { WECHAT_BOT_TOKEN: bot_token } });
      doctor.endInput();
      expect(await doctor.exitCode).not.toBeNull();
      emulator.faults.clear();
      expect([answer, finds(doctor.stdout + doctor.stderr, [bot_token])]).toEqual([answer, undefined]);
    }
  });

  test.each([
    ['a terminal', 'terminal'],
    ['a pipe', 'pipe'],
    ['--json', 'json'],
  ])('of a login, in %s', async (_where, where) => {
    for (const answer of [echoing(kind, random), echoing(kind, random, ['qrcode'])]) {
      const json = where === 'json' ? ['--json'] : [];
      const args = ['login', '--api-base-url', emulator.apiUrl, '--show-token', ...json];
      const command = where === 'terminal' ? new PseudoTerminal(args, { columns: 250 }) : new Piped(args);
      const output = (): string => ('output' in command ? command.output : command.stdout + command.stderr);
      const pattern = new RegExp(`${emulator.personUrl}/q/[^"\\s]+`);
      const address = await ('shows' in command ? command.shows(pattern) : command.says(pattern));
      const { qrcode } = emulator.world.logins['byUrl'].get(address)!;
      emulator.faults.add({ endpoint: 'get_qrcode_status', times: 2, ...answer });
      emulator.scan(address);
      // Whoever asks a second time has said what came of the first one.
      const asked = (): boolean => emulator.faults.pending().length === 0;
      await Promise.race([command.exitCode, eventually(asked)]);
      if ('kill' in command) command.kill();
      else command.signal('SIGKILL');
      await command.exitCode;
      emulator.faults.clear();
      // The address to scan holds the code on purpose.
      const rest = output().replaceAll(address, '');
      expect([answer, finds(rest, [qrcode])]).toEqual([answer, undefined]);
    }
  });
});
