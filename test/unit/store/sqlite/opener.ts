/** A process that opens the databases it is told to, and says what came of it. For tests of several at once. */
import { openInTurn } from '../../../../store/sqlite/open';
import type { SetAside } from '../../../../store/report';

export interface Opened {
  path: string;
  /** Absent when it could be used. */
  failure?: string;
}

async function open(path: string): Promise<void> {
  let failure: string | undefined;
  try {
    const onSetAside = ({ reason }: SetAside): string => (failure = `set aside: ${reason}`);
    const database = await openInTurn({ path, now: Date.now, onSetAside });
    database.exec('PRAGMA busy_timeout = 5000');
    database.transaction(() => database.run('INSERT INTO cursors VALUES (?, ?)', String(process.pid), 'x'));
    database.close();
  } catch (error) {
    failure = String(error);
  }
  process.send!({ path, ...(failure !== undefined && { failure }) } satisfies Opened);
}

process.on('message', (path: string) => void open(path));
// A parent that is gone leaves nothing behind.
process.on('disconnect', () => process.exit());
