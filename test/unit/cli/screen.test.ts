import { PassThrough } from 'node:stream';

import { Screen } from '../../../cli/screen';

function setUp(columns = 20, rows = 10) {
  const out = Object.assign(new PassThrough(), { columns, rows, isTTY: true });
  const written = (): string => String(out.read() ?? '');
  return { screen: new Screen(out), written };
}

describe('Screen', () => {
  it('writes lines above the line that is rewritten', () => {
    const { screen, written } = setUp();
    screen.status('one');
    screen.status('two');
    screen.line('text');
    expect(written()).toBe('\r\x1b[2Kone\r\x1b[2Ktwo\r\x1b[2Ktext\n');
  });

  it('cuts a status that would wrap, because it could not be rewritten', () => {
    const { screen, written } = setUp(5);
    screen.status('123456');
    expect(written()).toBe('\r\x1b[2K1234');
  });

  it('takes back what was written since the mark: wrapped lines, and questions of others, too', () => {
    const { screen, written } = setUp(10);
    screen.line('stays');
    screen.mark();
    screen.line('1'.repeat(25));
    screen.line('\x1b[38;5;16mcolours\x1b[0m');
    screen.line();
    screen.foreignLine('Number: 4711');
    written();
    screen.eraseToMark();
    expect(written()).toBe('\x1b[7A\x1b[0J');
    screen.eraseToMark();
    expect(written()).toBe('');
  });

  it('leaves everything when some of it has scrolled away', () => {
    const { screen, written } = setUp(10, 3);
    screen.mark();
    for (const text of ['a', 'b', 'c']) screen.line(text);
    written();
    screen.eraseToMark();
    expect(written()).toBe('');
  });

  it('reckons with 80 columns where the terminal does not say', () => {
    expect(new Screen(new PassThrough()).columns).toBe(80);
  });
});
