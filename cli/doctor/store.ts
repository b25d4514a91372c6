import { existsSync } from 'node:fs';
import { homedir } from 'node:os';

import type { StoreLook } from '../../store/look';
import { chooseStore, type StoreChoice } from '../../store/place';
import { lookIntoDatabase } from '../../store/postgres/look';
import { lookIntoStore } from '../../store/sqlite/look';
import { DOCTOR } from '../texts';
import { fail, ok, skip, warn, type Finding } from './finding';
import { judgeKept } from './kept';

type PostgresSettings = Extract<StoreChoice, { kind: 'postgres' }>['settings'];

/**
 * Where n8n keeps messages, by the environment of this command, whether that can be read, and which process polls.
 *
 * @param show whether to show what could not be read as it came: it holds what people wrote
 * @returns nothing when there is no store here
 */
export async function checkStore(env: NodeJS.ProcessEnv, show: boolean): Promise<Finding[]> {
  let choice: StoreChoice;
  try {
    choice = chooseStore(env, homedir());
  } catch (error) {
    return [fail('store', DOCTOR.noSuchStore(codeOf(error)))];
  }
  const shared = judgeSharing(choice, env);
  if (choice.kind === 'postgres') return [...shared, ...(await checkDatabase(choice.settings, show))];
  return [...shared, ...(await checkFile(choice.path, show))];
}

async function checkFile(path: string, show: boolean): Promise<Finding[]> {
  if (!existsSync(path)) return [];
  try {
    const look = await lookIntoStore(path, Date.now());
    if (!look) return [skip('store', DOCTOR.storeOld)];
    return [...judgeLook(path, look), ...judgeKept(look, show)];
  } catch (error) {
    return [skip('store', DOCTOR.storeClosed(path, codeOf(error)))];
  }
}

async function checkDatabase(settings: PostgresSettings, show: boolean): Promise<Finding[]> {
  const name = nameOf(settings);
  try {
    const look = await lookIntoDatabase(settings);
    return [...judgeLook(name, look), ...judgeKept(look, show)];
  } catch (error) {
    const code = codeOf(error);
    if (code === 'STORE_TABLES_GONE') return [warn('store', DOCTOR.databaseEmpty(name))];
    return [fail('store', DOCTOR.databaseClosed(name, code))];
  }
}

function judgeLook(name: string, { version, leaders }: StoreLook): Finding[] {
  const { found, known } = version;
  const store =
    found > known
      ? warn('store', DOCTOR.storeNewer(name, found, known))
      : ok('store', DOCTOR.store(name, found, known));
  const polls = leaders.map(({ owner, bots }) => DOCTOR.leader(placeOf(owner), bots));
  return [store, ok('polls', polls.length > 0 ? polls.join('; ') : DOCTOR.nobodyPolls)];
}

/** In queue mode every process needs the same store; whether a folder is shared cannot be seen from here. */
function judgeSharing({ kind }: StoreChoice, env: NodeJS.ProcessEnv): Finding[] {
  if (env.EXECUTIONS_MODE !== 'queue' || kind === 'postgres') return [];
  return [warn('queue mode', DOCTOR.queueModeWithFile)];
}

/** Host and name of a database, and nothing secret. */
function nameOf({ url, host, port, database }: PostgresSettings): string {
  if (url === undefined) return DOCTOR.database(`${host}:${port}`, database ?? '');
  try {
    const { host: address, pathname, searchParams } = new URL(url);
    return DOCTOR.database(address || searchParams.get('host') || '', decodeURIComponent(pathname.slice(1)));
  } catch {
    return DOCTOR.databaseUnnamed;
  }
}

/** The machine and the number of a process, as the owner of a lease names itself. */
function placeOf(owner: string): { host: string; pid: number } {
  try {
    const [machine, pid] = JSON.parse(owner) as [string, number];
    return { host: machine.split(' ')[0]!, pid };
  } catch {
    return { host: owner, pid: 0 };
  }
}

function codeOf(error: unknown): string {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  return String(code ?? name);
}
