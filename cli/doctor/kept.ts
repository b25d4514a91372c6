import type { StoreLook } from '../../store/look';
import { ok, skip, warn, type Finding } from './finding';
import { DOCTOR } from '../texts';

const SHOWN_CHARS = 2_000;

/**
 * What n8n keeps of what it could not read.
 *
 * @param show whether to show it as it came: it holds what people wrote
 */
export function judgeKept({ unreadable, echoes }: StoreLook, show: boolean): Finding[] {
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
