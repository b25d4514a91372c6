/**
 * A child process that runs Tencent's own client against the emulator and is called over IPC. A process of its own
 * because the client is ESM, keeps module-global state, and needs its host, its hosts on the internet and its clock
 * replaced. IPC because the client writes its login to stdout and reads the verification number from stdin.
 */
import { registerHooks } from 'node:module';
import type { CallFrame, DriverFrame, DriverSetup } from './rpc.js';
import { confineFetch, movableClock, shortenPauses } from './surroundings.mjs';

const tell = (frame: DriverFrame) => process.send?.(frame);

const setup = JSON.parse(process.argv[2] ?? '') as DriverSetup;
process.env.OPENCLAW_STATE_DIR = setup.stateDir;
confineFetch(setup.routes, (url) => tell({ kind: 'violation', url }));
shortenPauses(setup.shortenedPauses);
const advanceClock = movableClock();

const hostStandIn = new URL('./openclaw.mts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, nextResolve) =>
    nextResolve(specifier.startsWith('openclaw/plugin-sdk/') ? hostStandIn : specifier, context),
});

// Only now: what methods.mts imports is the client, and that needs everything above.
const { createMethods } = await import('./methods.mjs');
const methods = createMethods({ setup, tell, advanceClock });

async function answer({ id, method, params }: CallFrame): Promise<void> {
  try {
    const run = methods[method] as (params: unknown) => Promise<unknown>;
    tell({ kind: 'result', id, result: await run(params) });
  } catch (error) {
    tell({ kind: 'result', id, error: error instanceof Error ? error.message : String(error) });
  }
}

process.on('message', (call: CallFrame) => void answer(call));
// The parent is gone: nothing of this process may outlive it.
process.on('disconnect', () => process.exit());
tell({ kind: 'ready' });
