import type { Clock } from '../../ilink/clock';
import type { LoginEvent } from '../../login/state';
import { SCAN_HELP } from '../texts';

/** Longer than anybody looks at the phone before they confirm. */
const SCANNED_FOR_LONG_MS = 45_000;

/** Watches a login, and says once what to do when a scan is likely to lead nowhere. */
export class ScanHelp {
  private told = false;
  private cancel: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly tell: (line: string) => void,
  ) {}

  /** After the event was shown. */
  after({ status, stuck }: Pick<LoginEvent, 'status' | 'stuck'>): void {
    if (status === 'trouble') return;
    this.cancel();
    if (status === 'scaned' || status === 'scaned_but_redirect')
      this.cancel = this.clock.after(SCANNED_FOR_LONG_MS, () => this.say(), true);
    if (stuck) this.say();
  }

  stop(): void {
    this.cancel();
  }

  private say(): void {
    if (this.told) return;
    this.told = true;
    for (const line of SCAN_HELP) this.tell(line);
  }
}
