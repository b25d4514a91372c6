/** Where progress is written; `process.stderr` fits. */
export interface ProgressOutput {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  /** One line that stays. */
  say(line: string): void;
  /**
   * Runs `work` and shows that it is alive: one line that counts the seconds on a terminal, a line every few seconds
   * elsewhere. `detail` returns what is known right now ("812 packages").
   */
  during<T>(what: string, work: (step: ProgressStep) => Promise<T>): Promise<T>;
}

export interface ProgressStep {
  /** What is known right now; shown behind the name of the step. */
  detail(text: string): void;
}

/** Lines in a log: often enough to show life, seldom enough to be read afterwards. */
const LINE_EVERY_MS = 5_000;
const TICK_MS = 250;

/** "8 s", "2 min 5 s". */
export function formatElapsed(elapsedMs: number): string {
  const seconds = Math.round(elapsedMs / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** The line of a step that is still running. */
export function formatStep(what: string, elapsedMs: number, detail = ''): string {
  return `${what} … ${formatElapsed(elapsedMs)}${detail && `, ${detail}`}`;
}

/**
 * Progress for people.
 *
 * @param output a terminal gets one line that is rewritten, everything else gets lines.
 * @param now milliseconds, for the elapsed time.
 */
export function createProgress(
  output: ProgressOutput = process.stderr,
  now: () => number = Date.now,
): Progress {
  const rewrite = (line: string): void => {
    output.write(`\r\x1b[K${line.slice(0, (output.columns ?? 80) - 1)}`);
  };
  return {
    say: (line) => void output.write(`${line}\n`),
    async during(what, work) {
      const startedAt = now();
      const liveLine = liveLineOf(output, rewrite, what, startedAt, now);
      const timer = setInterval(liveLine.tick, TICK_MS);
      try {
        const result = await work({ detail: liveLine.detail });
        finish(`✓ ${what} (${formatElapsed(now() - startedAt)})`);
        return result;
      } catch (error) {
        finish(`✗ ${what} (${formatElapsed(now() - startedAt)})`);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
  };

  function finish(line: string): void {
    output.write(`${output.isTTY ? '\r\x1b[K' : ''}${line}\n`);
  }
}

function liveLineOf(
  output: ProgressOutput,
  rewrite: (line: string) => void,
  what: string,
  startedAt: number,
  now: () => number,
): { tick: () => void; detail: (text: string) => void } {
  let detail = '';
  let lastLineAt = startedAt;
  return {
    detail: (text) => (detail = text),
    tick() {
      const line = formatStep(what, now() - startedAt, detail);
      if (output.isTTY) return rewrite(line);
      if (now() - lastLineAt < LINE_EVERY_MS) return;
      lastLineAt = now();
      output.write(`  ${line}\n`);
    },
  };
}
