import { existsSync } from 'node:fs';
import { homedir } from 'node:os';

import { storePath } from '../../store/place';
import { lookIntoStore, type StoreLook } from '../../store/sqlite/look';
import { ok, skip, warn, type Finding } from './finding';

const SHOWN_CHARS = 2_000;
const REASONS: Readonly<Record<string, string>> = {
  not_json: 'no JSON',
  too_deep: 'nested too deeply',
  too_large: 'too large',
  too_many: 'too many of what is no message',
};

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
    return [skip('kept', `${path} cannot be opened (${String(code ?? name)})`)];
  }
}

function judgeKept(look: StoreLook | undefined, show: boolean): Finding[] {
  if (!look) return [skip('kept', 'the store is of an earlier version')];
  const { unreadable, echoes } = look;
  const own = echoes > 0 ? `; ${echoes} messages of the bot itself came back and started nothing` : '';
  if (unreadable.length === 0) return [ok('kept', `everything that came could be read${own}`)];
  const next = show
    ? 'Ask the senders to write again, and report this to the maintainers of this package.'
    : 'Show it with --show-unreadable: it holds what people wrote. Ask the senders to write again.';
  const summary = warn('kept', `${unreadable.length} pieces that came could not be read${own}`, next);
  return [summary, ...unreadable.map((piece) => pieceFinding(piece, show))];
}

function pieceFinding(
  { reason, size, lastAt, times, body }: StoreLook['unreadable'][number],
  show: boolean,
): Finding {
  const when = new Date(lastAt).toISOString();
  const facts = `${when}: ${REASONS[reason] ?? reason}, ${size} bytes${times > 1 ? `, ${times} times` : ''}`;
  // As JSON, so that nothing in it can move the cursor of a terminal.
  const text = JSON.stringify(Buffer.from(body).toString('utf8').slice(0, SHOWN_CHARS));
  return skip('unreadable', show ? `${facts}: ${text}` : facts);
}
