import { ScanHelp, SCAN_HELP } from '../../../../cli/login/help';
import { FakeClock } from '../../../support/fake-clock';

function setUp() {
  const clock = new FakeClock();
  const said: string[] = [];
  const help = new ScanHelp(clock, (line) => said.push(line));
  const happens = (...events: Array<Parameters<ScanHelp['after']>[0]['status']>): void => {
    for (const status of events) help.after({ status });
  };
  return { clock, said, help, happens };
}

describe('What helped others whose scan led nowhere', () => {
  it('is said after two codes that expired, once', () => {
    const { said, happens } = setUp();
    happens('qr', 'expired', 'qr', 'trouble');
    expect(said).toEqual([]);
    happens('expired');
    expect(said).toEqual(SCAN_HELP);
    happens('qr', 'expired');
    expect(said).toEqual(SCAN_HELP);
  });

  it('is said after one code that was scanned and expired', () => {
    const { said, happens } = setUp();
    happens('qr', 'scaned', 'expired');
    expect(said).toEqual(SCAN_HELP);
  });

  it('is said when a scan is followed by nothing for long', async () => {
    const { said, happens, clock } = setUp();
    happens('qr', 'scaned');
    await clock.advance(44_000);
    expect(said).toEqual([]);
    await clock.advance(1_000);
    expect(said).toEqual(SCAN_HELP);
  });

  it('is not said to somebody who confirms, nor after the end', async () => {
    const { said, happens, clock, help } = setUp();
    happens('qr', 'scaned', 'need_verifycode', 'scaned', 'confirmed');
    help.stop();
    await clock.advance(600_000);
    expect(said).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
