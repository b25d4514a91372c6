import { join } from 'node:path';

import type { SendResult } from '../../../../bot/send/message';
import { QueuedOutcomes } from '../../../../bot/send/queued-outcomes';
import type { OutboxEvent } from '../../../../bot/send/status-events';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { FakeClock } from '../../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const USER = 'u@im.wechat';
const QUEUED: SendResult['parts'][number] = {
  type: 'text',
  outcome: 'queued',
  queueId: 7,
  expiresAt: '2026-01-01T00:00:00.000Z',
  reasonCode: 'window_over',
};

describe('QueuedOutcomes', () => {
  let store: SqliteStore;
  let outcomes: QueuedOutcomes;

  beforeEach(() => {
    const clock = new FakeClock();
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), clock.now(), () => undefined);
    outcomes = new QueuedOutcomes({ store: async () => store, bot: 'bot', clock });
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  const after = async (event: OutboxEvent | undefined): Promise<SendResult['parts']> => {
    await outcomes.note([QUEUED.outcome === 'queued' ? QUEUED.queueId : 0], event);
    return outcomes.upToDate(USER, [QUEUED]);
  };
  const refused = (mayHaveArrived: boolean): OutboxEvent => ({
    state: 'queued_refused',
    error: new Error('refused'),
    mayHaveArrived,
  });

  it('has a retry send again what was cancelled, refused or expired', async () => {
    expect(await after(undefined)).toEqual([]);
    expect(await after(refused(false))).toEqual([]);
    expect(await after({ state: 'queued_expired', mayHaveArrived: false })).toEqual([]);
  });

  it.each<[string, OutboxEvent, string]>([
    ['refused when it was sent once more', refused(true), 'refused_in_doubt'],
    ['expired', { state: 'queued_expired', mayHaveArrived: true }, 'expired_in_doubt'],
  ])('has no retry send again what may have arrived before it was %s', async (_what, event, end) => {
    expect(await after(event)).toEqual([{ type: 'text', outcome: 'in_doubt', end }]);
  });

  it('takes what was sent for sent, and what nobody noted for in doubt', async () => {
    expect(await outcomes.upToDate(USER, [QUEUED])).toMatchObject([{ outcome: 'in_doubt', end: 'unknown' }]);
    const taken = { outcome: 'accepted', message_id: '1', client_id: 'c' } as const;
    expect(await after({ state: 'queued_sent', taken })).toEqual([{ type: 'text', ...taken }]);
  });
});
