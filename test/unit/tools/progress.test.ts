import { createProgress, formatElapsed, formatStep } from '../../../tools/progress';

describe('formatElapsed', () => {
  it.each([
    [0, '0 s'],
    [7_400, '7 s'],
    [59_400, '59 s'],
    [60_000, '1 min 0 s'],
    [192_000, '3 min 12 s'],
  ])('writes %i ms as "%s"', (elapsedMs, text) => expect(formatElapsed(elapsedMs)).toBe(text));
});

describe('formatStep', () => {
  it('names the step, the time and what is known', () => {
    expect(formatStep('Installing', 65_000, '812 packages')).toBe('Installing … 1 min 5 s, 812 packages');
    expect(formatStep('Installing', 1_000)).toBe('Installing … 1 s');
  });
});

describe('createProgress', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  function record(
    isTTY: boolean,
    columns?: number,
  ): { output: Parameters<typeof createProgress>[0]; text: () => string } {
    let written = '';
    return { output: { isTTY, columns, write: (text) => (written += text) }, text: () => written };
  }

  it('writes a line every five seconds to a log, and one at the end', async () => {
    const { output, text } = record(false);
    const result = createProgress(output).during('Working', async ({ detail }) => {
      detail('halfway');
      await jest.advanceTimersByTimeAsync(11_000);
      return 42;
    });
    await expect(result).resolves.toBe(42);
    expect(text()).toBe('  Working … 5 s, halfway\n  Working … 10 s, halfway\n✓ Working (11 s)\n');
  });

  it('rewrites one line on a terminal and never exceeds its width', async () => {
    const { output, text } = record(true, 20);
    await createProgress(output).during('Working', async ({ detail }) => {
      detail('x'.repeat(100));
      await jest.advanceTimersByTimeAsync(1_000);
    });
    const lines = text().split('\r\x1b[K').filter(Boolean);
    expect(lines.at(-1)).toBe('✓ Working (1 s)\n');
    expect(Math.max(...lines.map((line) => line.trimEnd().length))).toBeLessThan(20);
  });

  it('marks a step that failed, passes its error on and leaves no timer behind', async () => {
    const { output, text } = record(false);
    const failing = createProgress(output).during('Working', () => Promise.reject(new Error('disk full')));
    await expect(failing).rejects.toThrow('disk full');
    expect(text()).toBe('✗ Working (0 s)\n');
    expect(jest.getTimerCount()).toBe(0);
  });
});
