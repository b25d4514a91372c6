import { ILinkNetworkError } from '../../../ilink/errors';
import { login, type LoginStreamDeps } from '../../../login/login';
import type { LoginEvent } from '../../../login/state';
import { FakeClock } from '../../support/fake-clock';
import { ScriptedTransport, type Scripted } from '../../support/scripted-transport';

const qr = (name: string): object => ({
  qrcode: name,
  qrcode_img_content: `https://weixin.qq.com/q/${name}`,
});
const CONFIRMED = {
  status: 'confirmed',
  bot_token: 't',
  ilink_bot_id: 'b@im.bot',
  ilink_user_id: 'o@im.wechat',
};
const unreachable = (): ILinkNetworkError =>
  new ILinkNetworkError('get_qrcode_status', 'unreachable', 'ENOTFOUND', false);

const STEP_MS = 250;
/** A chain of promises comes to its end before the next turn of the event loop. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Runs a login against a script; the clock has to be moved for what waits. */
function run(script: Scripted[], changes: Partial<LoginStreamDeps> = {}) {
  const clock = new FakeClock();
  const server = new ScriptedTransport(script);
  const controller = new AbortController();
  const events: LoginEvent[] = [];
  const deps: LoginStreamDeps = {
    transport: server.transport,
    clock,
    random: () => 2 ** 32 - 1,
    verifyCode: () => Promise.reject(new Error('nobody asked for a number')),
    ...changes,
  };
  const done = (async () => {
    for await (const event of login(deps, controller.signal)) events.push(event);
  })();
  const outcome = done.then(
    () => 'ended',
    (error: unknown) => error,
  );
  /** Moves the clock in steps, and lets the stream come to rest before each. */
  const pass = async (ms: number): Promise<void> => {
    await turn();
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      await clock.advance(Math.min(STEP_MS, ms - passed));
      await turn();
    }
  };
  const statuses = (): string[] => events.map(({ status }) => status);
  return { clock, server, controller, events, statuses, outcome, pass };
}

describe('login', () => {
  it('tells the code, the scan and the credentials, and ends', async () => {
    const { clock, pass, events, outcome } = run([
      qr('q1'),
      { status: 'wait' },
      { status: 'scaned' },
      CONFIRMED,
    ]);
    await pass(1_000);
    expect(await outcome).toBe('ended');
    expect(events).toEqual([
      {
        status: 'qr',
        qrcode: 'q1',
        url: 'https://weixin.qq.com/q/q1',
        expiresAtMs: clock.now() - 1_000 + 120_000,
        codeNumber: 1,
        codeLimit: 3,
      },
      { status: 'scaned' },
      { status: 'confirmed', credential: expect.objectContaining({ botToken: 't' }) },
    ]);
  });

  it('asks the server at most once a second while it answers at once and brings nothing new', async () => {
    const { pass, server } = run([qr('q1'), ...Array<object>(50).fill({ status: 'wait' })]);
    await pass(10_000);
    expect(server.asked.length).toBe(1 + 11);
  });

  it('ends without credentials when the account is bound here already', async () => {
    const { pass, statuses, outcome } = run([qr('q1'), { status: 'binded_redirect' }]);
    await pass(0);
    expect(await outcome).toBe('ended');
    expect(statuses()).toEqual(['qr', 'binded_redirect']);
  });

  it('shows a new code after each that expires, and says after the third that there will be no more', async () => {
    const expired = { status: 'expired' };
    const { pass, events, statuses, outcome } = run([
      qr('q1'),
      expired,
      qr('q2'),
      expired,
      qr('q3'),
      expired,
    ]);
    await pass(0);
    expect(await outcome).toMatchObject({ code: 'too_many_codes' });
    expect(statuses()).toEqual(['qr', 'expired', 'qr', 'expired', 'qr', 'expired']);
    const codes = events.filter((event) => event.status === 'qr');
    expect(codes.map(({ qrcode, codeNumber }) => [qrcode, codeNumber])).toEqual([
      ['q1', 1],
      ['q2', 2],
      ['q3', 3],
    ]);
  });

  it('polls at the other host after a redirect, at once', async () => {
    const { pass, server, outcome } = run([
      qr('q1'),
      { status: 'scaned_but_redirect', redirect_host: 'ilinkai.wechat.com' },
      CONFIRMED,
    ]);
    await pass(0);
    expect(await outcome).toBe('ended');
    expect(server.asked.map(({ url }) => url.host)).toEqual([
      'ilinkai.weixin.qq.com',
      'ilinkai.weixin.qq.com',
      'ilinkai.wechat.com',
    ]);
  });

  it('does not spin when two hosts send it to each other', async () => {
    const redirect = (redirect_host: string): object => ({ status: 'scaned_but_redirect', redirect_host });
    const pair = [redirect('ilinkai.wechat.com'), redirect('ilinkai.weixin.qq.com')];
    const { pass, server } = run([qr('q1'), ...Array<object[]>(100).fill(pair).flat()]);
    await pass(5_000);
    expect(server.asked.length).toBeLessThan(10);
  });

  it('survives a network that fails, with growing pauses, and tells when it is back', async () => {
    const { pass, events, statuses } = run([
      qr('q1'),
      unreachable(),
      unreachable(),
      502,
      { status: 'wait' },
      { status: 'scaned' },
    ]);
    await pass(10_000);
    expect(statuses()).toEqual(['qr', 'trouble', 'trouble', 'trouble', 'wait', 'scaned']);
    const pauses = events.flatMap((event) => (event.status === 'trouble' ? [event.retryInMs] : []));
    expect(pauses).toEqual([1_000, 2_000, 4_000]);
  });

  it('tries several times to get a code, and then says why it cannot', async () => {
    const { pass, statuses, outcome } = run(Array<Error>(5).fill(unreachable()));
    await pass(60_000);
    expect(await outcome).toMatchObject({ kind: 'unreachable' });
    expect(statuses()).toEqual(['trouble', 'trouble', 'trouble', 'trouble']);
  });

  it('fails at once when a repeat cannot help', async () => {
    const { outcome, server } = run([404]);
    expect(await outcome).toMatchObject({ kind: 'wrong_address' });
    expect(server.asked.length).toBe(1);
  });

  it('aborts the poll that is held, with the reason of the signal', async () => {
    const { clock, pass, controller, outcome } = run([qr('q1'), 'silence']);
    await pass(0);
    controller.abort(new Error('enough'));
    expect(await outcome).toMatchObject({ message: 'enough' });
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['between two polls', [qr('q1'), { status: 'wait' }]],
    ['after a failure', [qr('q1'), unreachable()]],
  ])('ends when it is aborted %s, and leaves no timer behind', async (_when, script) => {
    const { clock, pass, controller, outcome, server } = run(script);
    await pass(100);
    controller.abort(new Error('enough'));
    expect(await outcome).toMatchObject({ message: 'enough' });
    expect([clock.pending, server.asked.length]).toEqual([0, 2]);
  });
});

describe('the number on the phone', () => {
  const ASK = { status: 'need_verifycode' };

  it('is asked for, again when it is wrong, and sent until it was judged', async () => {
    const typed = ['12', '４７１１'];
    const { pass, server, events, outcome } = run(
      [qr('q1'), ASK, ASK, 502, { status: 'scaned' }, CONFIRMED],
      { verifyCode: () => Promise.resolve(typed.shift()!) },
    );
    await pass(5_000);
    expect(await outcome).toBe('ended');
    const asked = events.filter(({ status }) => status === 'need_verifycode');
    expect(asked).toEqual([
      { status: 'need_verifycode', wrong: false },
      { status: 'need_verifycode', wrong: true },
    ]);
    const sent = server.asked.slice(1).map(({ url }) => url.searchParams.get('verify_code'));
    expect(sent).toEqual([null, '12', '4711', '4711', null]);
  });

  it('leaves the server alone while the person types, and looks after the code when its time is over', async () => {
    let signal: AbortSignal | undefined;
    let questions = 0;
    const { pass, server, statuses } = run([qr('q1'), ASK, ASK, { status: 'expired' }, qr('q2')], {
      verifyCode: (withdrawn) => {
        signal = withdrawn;
        questions += 1;
        return new Promise((_resolve, reject) => {
          withdrawn.addEventListener('abort', () => reject(new Error('withdrawn')));
        });
      },
    });
    await pass(119_000);
    expect(server.asked.length).toBe(2);
    await pass(1_000);
    expect([server.asked.length, signal?.aborted]).toEqual([3, false]);
    await pass(30_000);
    expect(signal?.aborted).toBe(true);
    expect(questions).toBe(1);
    expect(statuses()).toEqual(['qr', 'need_verifycode', 'expired', 'qr']);
  });

  it('starts over with a new code when too many were wrong', async () => {
    const { pass, statuses, outcome } = run(
      [qr('q1'), ASK, { status: 'verify_code_blocked' }, qr('q2'), CONFIRMED],
      { verifyCode: () => Promise.resolve('1') },
    );
    await pass(0);
    expect(await outcome).toBe('ended');
    expect(statuses()).toEqual(['qr', 'need_verifycode', 'verify_code_blocked', 'qr', 'confirmed']);
  });

  it('ends the login with the error of whoever should ask for it', async () => {
    const { clock, pass, outcome } = run([qr('q1'), ASK], {
      verifyCode: () => Promise.reject(new Error('the terminal was closed')),
    });
    await pass(0);
    expect(await outcome).toMatchObject({ message: 'the terminal was closed' });
    expect(clock.pending).toBe(0);
  });

  it('is no longer waited for when the login is aborted', async () => {
    let withdrawn = false;
    const { clock, pass, controller, outcome } = run([qr('q1'), ASK], {
      verifyCode: (signal) => new Promise(() => signal.addEventListener('abort', () => (withdrawn = true))),
    });
    await pass(0);
    controller.abort(new Error('enough'));
    expect(await outcome).toMatchObject({ message: 'enough' });
    expect([withdrawn, clock.pending]).toEqual([true, 0]);
  });
});
