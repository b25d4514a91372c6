import { existsSync } from 'node:fs';
import { homedir } from 'node:os';

import { storePath } from '../../store/place';
import { lookIntoStore, type StoreLook } from '../../store/sqlite/look';
import { ok, skip, warn, type Finding } from './finding';
import { DOCTOR } from '../texts';

const SHOWN_CHARS = 2_000;

/**
 * What n8n keeps of what it could not read, where this command runs beside it.
 *
 * @param show whether to show it as it came: it holds what people wrote
 * @returns nothing when there is no store here
 */
export async function checkKept(env: NodeJS.ProcessEnv, show: boolean): Promise<Finding[]> {
  const path = storePath(env, homedir());
  if (!existsSync(path)) return [];
  try {
    return judgeKept(await lookIntoStore(path), show);
  } catch (error) {
    const { code, name } = Object(error) as { code?: unknown; name?: unknown };
    return [skip('kept', DOCTOR.storeClosed(path, String(code ?? name)))];
  }
}

function judgeKept(look: StoreLook | undefined, show: boolean): Finding[] {
  if (!look) return [skip('kept', DOCTOR.storeOld)];
  const { unreadable, echoes } = look;
  if (unreadable.length === 0) return [ok('kept', DOCTOR.allRead(echoes))];
  const summary = warn('kept', DOCTOR.notRead(unreadable.length, echoes, show));
  return [summary, ...unreadable.map((piece) => pieceFinding(piece, show))];
}

function pieceFinding(
  { reason, size, lastAt, times, body }: StoreLook['unreadable'][number],
  show: boolean,
): Finding {
  const when = new Date(lastAt).toISOString();
  const facts = DOCTOR.piece({ when, reason, size, times });
  // As JSON, so that nothing in it can move the cursor of a terminal.
  const text = JSON.stringify(Buffer.from(body).toString('utf8').slice(0, SHOWN_CHARS));
  return skip('unreadable', show ? `${facts}: ${text}` : facts);
}
