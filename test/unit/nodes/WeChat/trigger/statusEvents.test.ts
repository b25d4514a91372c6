import type { INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';

import type { Bot } from '../../../../../bot/bot';
import { StoreTrouble } from '../../../../../bot/store-trouble';
import { ILinkApiError } from '../../../../../ilink/errors';
import { StatusEvents } from '../../../../../nodes/WeChat/trigger/statusEvents';
import { toldHere } from '../../../../../nodes/WeChat/trigger/troubles';
import { FakeClock, settle } from '../../../../support/fake-clock';

const stale = (): ILinkApiError => new ILinkApiError('getupdates', { errcode: -14 }, []);

describe('What n8n is told of a trigger', () => {
  let clock: FakeClock;
  let emitted: INodeExecutionData[][][];
  let failed: string[];
  let logged: string[];
  let endedTests: number;

  const make = (mode: 'trigger' | 'manual' = 'trigger', statusItems = true): StatusEvents => {
    const log = (line: string): void => void logged.push(line);
    const context = {
      getMode: () => mode,
      getNode: () => ({
        id: 'n',
        name: 'WeChat Trigger',
        type: 't',
        typeVersion: 1,
        position: [0, 0],
        parameters: {},
      }),
      logger: { debug: () => undefined, info: log, warn: log, error: log },
      emit: (data: INodeExecutionData[][]) => emitted.push(data),
      saveFailedExecution: (error: Error) => failed.push(error.message),
    } as unknown as ITriggerFunctions;
    return new StatusEvents(
      context,
      { statusItems, troubleAfterMs: 120_000 },
      { clock, told: toldHere(), onTestFailed: () => endedTests++ },
    );
  };
  const states = (): unknown[] => emitted.map((data) => data.flat()[0]!.json.state);

  beforeEach(() => {
    clock = new FakeClock();
    [emitted, failed, logged, endedTests] = [[], [], [], 0];
  });

  it('is the first connection, and no further one', () => {
    const events = make();
    for (const state of ['connecting', 'connected', 'retrying', 'connected'] as const)
      events.changed({ state, since: clock.now() });
    expect(states()).toEqual(['connected']);
  });

  it('is a trouble as an item and as a failed execution, once, and its end', async () => {
    const events = make();
    events.changed({ state: 'login_needed', since: clock.now(), error: stale() });
    events.changed({ state: 'login_needed', since: clock.now(), error: stale() });
    await settle();
    expect([states(), failed.length]).toEqual([['login_needed'], 1]);
    events.changed({ state: 'connected', since: clock.now() });
    await settle();
    expect([states(), failed.length]).toEqual([['login_needed', 'connected'], 1]);
  });

  it('is the end of a trouble on the second output where nobody wants status items', async () => {
    const events = make('trigger', false);
    events.changed({ state: 'login_needed', since: clock.now(), error: stale() });
    await settle();
    events.changed({ state: 'connected', since: clock.now() });
    await settle();
    expect(emitted).toMatchObject([[[], [{ json: { state: 'connected' } }]]]);
  });

  it('is a store that fails as a trouble, and anything else as a failed execution', async () => {
    const events = make();
    events.failed(new StoreTrouble(new Error('full')));
    await settle();
    expect([states(), failed.length]).toEqual([['cannot_keep'], 1]);
    events.failed(stale());
    expect([emitted.length, failed.length]).toEqual([1, 2]);
  });

  it('is that n8n says nothing of executions: a line in the log, then a failed execution and an item, each once until it does', () => {
    const { unconfirmed } = make();
    for (let times = 0; times < 3; times++) unconfirmed.offeredAgain(90_000, false);
    expect([logged.length, failed.length, states()]).toEqual([1, 0, []]);
    for (let times = 0; times < 3; times++) unconfirmed.offeredAgain(270_000, true);
    unconfirmed.offeredAgain(90_000, false);
    expect([logged.length, failed.length, states()]).toEqual([2, 1, ['executions_wait']]);
    unconfirmed.confirmed();
    unconfirmed.offeredAgain(90_000, false);
    expect([logged.length, failed.length]).toEqual([3, 1]);
  });

  it('is nothing after the end but a line in the log', async () => {
    const events = make();
    events.close();
    events.failed(stale());
    await events.settled;
    expect([emitted, failed, logged.length]).toEqual([[], [], 1]);
  });

  describe('in a test in the editor', () => {
    const bot = (getConfig: () => Promise<unknown>): Bot => ({ client: { getConfig } }) as unknown as Bot;

    it('is no item, and a trouble ends the test', async () => {
      const events = make('manual');
      events.changed({ state: 'login_needed', since: clock.now(), error: stale() });
      await settle();
      expect([emitted, failed.length, endedTests]).toEqual([[], 1, 1]);
    });

    it('is what the server says of the token after some seconds, unless a poll was answered', async () => {
      make('manual').testBegan(bot(() => Promise.reject(stale())));
      const connected = make('manual');
      connected.testBegan(bot(() => Promise.reject(stale())));
      connected.changed({ state: 'connected', since: clock.now() });
      await clock.advance(8_000);
      expect([failed.length, endedTests, clock.pending]).toEqual([1, 1, 0]);
    });
  });
});
