import { ScanHelp } from '../../../../cli/login/help';
import { SCAN_HELP } from '../../../../cli/texts';
import { FakeClock } from '../../../support/fake-clock';

function setUp() {
  const clock = new FakeClock();
  const said: string[] = [];
  const help = new ScanHelp(clock, (line) => said.push(line));
  type Status = Parameters<ScanHelp['after']>[0]['status'];
  const happens = (...events: Status[]): void => {
    for (const status of events) help.after({ status });
  };
  const getsStuck = (status: Status): void => help.after({ status, stuck: true });
  return { clock, said, help, happens, getsStuck };
}

describe('What helped others whose scan led nowhere', () => {
  it('is said with the event after which somebody who scans is likely to get no further, once', () => {
    const { said, happens, getsStuck } = setUp();
    happens('qr', 'expired', 'qr', 'trouble');
    expect(said).toEqual([]);
    getsStuck('expired');
    expect(said).toEqual(SCAN_HELP);
    happens('qr', 'expired');
    getsStuck('expired');
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
