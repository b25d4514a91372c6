import { LoginService } from '../../../login/service';
import { systemClock } from '../../../ilink/clock';
import type { Store } from '../../../store/store';
import { bots } from './bots';
import { report } from './log';

/** The store of this process. @throws when it cannot be opened */
export async function storeOfBots(): Promise<Store> {
  return (await bots.memory()).store;
}

/** The logins of this process. Beside the registry of bots the only state that belongs to a module. */
export const logins = new LoginService({ store: storeOfBots, clock: systemClock, report });
