import { BOT_AGENT } from '../ilink/version';
import { Exit, Interrupted, Problem } from './exit';
import type { Io } from './io';
import { doctorCommand } from './doctor/command';
import { loginCommand } from './login/command';
import { storeCommand } from './store/command';
import { DOCTOR_USAGE, LOGIN_USAGE, STORE_USAGE, USAGE, USAGE_PROBLEMS } from './texts';

type Command = (args: string[], io: Io, signal: AbortSignal, interrupt: () => void) => Promise<number>;

const COMMANDS: Record<string, { run: Command; usage: string }> = {
  login: { run: loginCommand, usage: LOGIN_USAGE },
  doctor: { run: doctorCommand, usage: DOCTOR_USAGE },
  store: { run: storeCommand, usage: STORE_USAGE },
};

/**
 * Runs the command that `args` names.
 *
 * @param args without node and the script
 * @param signal aborts with {@link Interrupted} on Ctrl-C
 * @returns the exit code
 */
export async function run(
  args: string[],
  io: Io,
  signal: AbortSignal,
  interrupt: () => void,
): Promise<number> {
  const [name = '', ...rest] = args;
  if (name === '--version') return answer(io, `${BOT_AGENT.split('/')[1]}\n`);
  if (name === '--help' || name === '-h' || name === 'help') return answer(io, USAGE);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const what = USAGE_PROBLEMS.noCommand(name);
    io.stderr.write(`${what}.\n\n${USAGE}`);
    return Exit.Usage;
  }
  if (rest.includes('--help') || rest.includes('-h')) return answer(io, command.usage);
  try {
    return await command.run(rest, io, signal, interrupt);
  } catch (error) {
    if (signal.reason instanceof Interrupted) {
      io.stderr.write('\nEnded.\n');
      return signal.reason.exitCode;
    }
    if (!(error instanceof Problem)) throw error;
    io.stderr.write(`${error.message}.\n${error.next}\n`);
    return error.exitCode;
  }
}

function answer(io: Io, text: string): number {
  io.stdout.write(text);
  return Exit.Ok;
}
