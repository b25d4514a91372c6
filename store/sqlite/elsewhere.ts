import { Worker } from 'node:worker_threads';

/** What takes long and need not hold up anybody: it runs on a thread of its own, with its own connection. */
export interface Errand {
  path: string;
  /** Run one after another. */
  script?: readonly string[];
  /** Run at last, for its rows. */
  query?: string;
  /** How long a statement waits for a lock. Nobody else waits meanwhile. */
  timeoutMs?: number;
}

type Row = Record<string, unknown>;
interface Answer {
  rows?: Row[];
  error?: { message: string; code?: string; errcode?: number };
}

/** Plain JavaScript in a text, so that the published code, the tests and the bench need no file to be found. */
const SCRIPT = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { DatabaseSync } = require('node:sqlite');
  const { path, script = [], query, timeoutMs = 10000 } = workerData;
  let connection;
  try {
    connection = new DatabaseSync(path, { timeout: timeoutMs });
    for (const statements of script) connection.exec(statements);
    const rows = query === undefined ? [] : connection.prepare(query).all();
    parentPort.postMessage({ rows });
  } catch ({ message, code, errcode }) {
    parentPort.postMessage({ error: { message, code, errcode } });
  } finally {
    connection?.close();
  }
`;

/**
 * Runs statements on another thread, which has ended and closed the file when this is resolved.
 *
 * @returns the rows of the query. @throws what SQLite says
 */
export function elsewhere(errand: Errand): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(SCRIPT, { eval: true, workerData: errand, execArgv: [] });
    let answer: Answer = { error: { message: 'no answer' } };
    worker.once('message', (given: Answer) => (answer = given));
    worker.once('error', reject);
    worker.once('exit', () => {
      const { rows = [], error } = answer;
      if (error) reject(Object.assign(new Error(error.message), error));
      else resolve(rows);
    });
  });
}
