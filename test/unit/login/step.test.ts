import fc from 'fast-check';

import { type ILinkError, ILinkHttpError, ILinkNetworkError } from '../../../ilink/errors';
import type { QrCodeStatusReply } from '../../../ilink/wire';
import type { LoginState } from '../../../login/state';
import {
  BEFORE_THE_FIRST_CODE,
  step,
  type Login,
  type LoginFacts,
  type LoginInput,
  type LoginStep,
} from '../../../login/step';

const NOW = 1_764_000_000_000;
const BASE = 'https://ilinkai.weixin.qq.com';
const REPLY = { ret: 0, qrcode: 'q1', qrcode_img_content: 'https://liteapp.weixin.qq.com/q/1' };

const facts = (changes: Partial<LoginFacts> = {}): LoginFacts => ({
  nowMs: NOW,
  chance: 0,
  apiBaseUrl: BASE,
  codeLimit: 3,
  codeTries: 5,
  ...changes,
});
const code = (changes: Partial<LoginState> = {}): LoginState => ({
  qrcode: 'q1',
  url: REPLY.qrcode_img_content,
  apiBaseUrl: BASE,
  issuedAtMs: NOW,
  expiresAtMs: NOW + 120_000,
  codeNumber: 1,
  status: 'wait',
  wrongCodes: 0,
  failures: 0,
  ...changes,
});
const login = (changes: Partial<LoginState> = {}): Login => ({
  code: code(changes),
  failedRequests: 0,
  askedAtMs: NOW,
});
/** An answer to a poll that was held, unless it is said when it was asked. */
const status = (reply: object, askedAtMs = NOW - 35_000): LoginInput => ({
  type: 'status',
  reply,
  askedAtMs,
});
const noStatus = (error: unknown): LoginInput => ({ type: 'no_status', error, askedAtMs: NOW - 35_000 });
const GO_ON: LoginInput = { type: 'go_on' };

const http = (answer: number): ILinkError => new ILinkHttpError('get_qrcode_status', answer);
const reset = (): ILinkError => new ILinkNetworkError('get_qrcode_status', 'unreachable', 'ECONNRESET', true);
const timeout = (mayHaveArrived: boolean): ILinkError =>
  new ILinkNetworkError('get_qrcode_status', 'timed_out', 'no answer within the limit', mayHaveArrived);
/** Rows of a table: an error, and what a test of it is called by. */
const named = (...errors: Error[]): Array<[string, Error]> =>
  errors.map((error) => [error.message || error.name, error]);

describe('A code', () => {
  it('is the first thing that is asked for', () => {
    expect(step(BEFORE_THE_FIRST_CODE, GO_ON, facts())).toEqual({
      state: BEFORE_THE_FIRST_CODE,
      next: { do: 'request_code' },
    });
  });

  it('is shown, and then it is asked how it stands', () => {
    const expected = code();
    expect(step(BEFORE_THE_FIRST_CODE, { type: 'code', reply: REPLY }, facts())).toEqual({
      state: { code: expected, failedRequests: 0, askedAtMs: 0 },
      event: {
        status: 'qr',
        qrcode: 'q1',
        url: expected.url,
        expiresAtMs: NOW + 120_000,
        codeNumber: 1,
        codeLimit: 3,
      },
      next: { do: 'ask_status', code: expected },
    });
  });

  it('ends the login when the answer has none that could be shown', () => {
    const { state, next } = step(login({ status: 'expired' }), { type: 'code', reply: {} }, facts());
    expect(state).toEqual(login({ status: 'expired' }));
    expect(next).toMatchObject({ do: 'end', error: { code: 'no_qr_code' } });
  });

  it.each(['expired', 'verify_code_blocked'] as const)('follows one that is %s, as the next', (ended) => {
    const before = login({ status: ended, apiBaseUrl: 'https://szilinkai.weixin.qq.com', wrongCodes: 3 });
    expect(step(before, GO_ON, facts()).next).toEqual({ do: 'request_code' });
    const { state } = step(before, { type: 'code', reply: REPLY }, facts());
    // At the configured host again, also after a redirect.
    expect(state.code).toEqual(code({ codeNumber: 2 }));
  });

  it.each([
    ['expired', 'too_many_codes'],
    ['verify_code_blocked', 'verify_code_blocked'],
  ] as const)('is the last when it is %s and there may be no more', (ended, failure) => {
    const { next, event, state } = step(login({ codeNumber: 3 }), status({ status: ended }), facts());
    expect(event).toMatchObject({ status: ended });
    expect(state.code).toMatchObject({ status: ended });
    expect(next).toMatchObject({ do: 'end', error: { code: failure } });
    expect(step(state, GO_ON, facts({ codeLimit: Infinity })).next).toEqual({ do: 'request_code' });
  });

  it('remembers that one before it was scanned in vain', () => {
    const next = (before: Login): LoginState =>
      step(before, { type: 'code', reply: REPLY }, facts()).state.code!;
    expect(next(login({ status: 'expired' }))).not.toHaveProperty('scannedInVain');
    const second = next(login({ status: 'expired', scanned: true }));
    expect(second).toMatchObject({ scannedInVain: true });
    expect(next(login({ ...second, status: 'expired' }))).toMatchObject({ scannedInVain: true });
  });

  it('is asked for again after a failure that may pass, with growing pauses and not for ever', () => {
    const pauses: unknown[] = [];
    let taken: LoginStep = { state: BEFORE_THE_FIRST_CODE, next: { do: 'request_code' } };
    while (taken.next.do === 'request_code') {
      taken = step(taken.state, { type: 'no_code', error: reset() }, facts({ chance: 2 ** 32 - 1 }));
      if (taken.next.do !== 'pause') break;
      expect(taken.event).toMatchObject({ status: 'trouble', retryInMs: taken.next.pauseMs });
      pauses.push(taken.next.pauseMs);
      taken = step(taken.state, GO_ON, facts());
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(taken.next).toMatchObject({ do: 'end', error: { kind: 'unreachable' } });
  });

  it('is not asked for again when that cannot help, or when it is to be tried once', () => {
    const end = (error: unknown, changes: Partial<LoginFacts> = {}) =>
      step(BEFORE_THE_FIRST_CODE, { type: 'no_code', error }, facts(changes)).next;
    expect(end(http(404))).toMatchObject({ do: 'end', error: { repeat: 'no' } });
    expect(end(new TypeError('a mistake'))).toMatchObject({ do: 'end', error: { name: 'TypeError' } });
    expect(end(reset(), { codeTries: 1 })).toMatchObject({ do: 'end', error: { kind: 'unreachable' } });
  });
});

describe('A poll', () => {
  it('follows at once when one was held or brought something new', () => {
    const held = step(login(), status({ status: 'wait' }), facts());
    expect([held.next.do, held.event]).toEqual(['ask_status', undefined]);
    const scanned = step(login(), status({ status: 'scaned' }, NOW), facts());
    expect([scanned.next.do, scanned.event]).toEqual(['ask_status', { status: 'scaned' }]);
  });

  it('waits for the second to be over when one was not held and brought nothing new', () => {
    const { next, state } = step(login(), status({ status: 'wait' }, NOW - 400), facts());
    expect(next).toEqual({ do: 'pause', pauseMs: 600 });
    expect(step(state, GO_ON, facts()).next).toMatchObject({ do: 'ask_status' });
  });

  it('does not spin when two hosts send it to each other', () => {
    const moved = { status: 'scaned_but_redirect', redirect_host: 'ilinkai.wechat.com' };
    const first = step(login(), status(moved, NOW), facts());
    expect(first.next).toMatchObject({
      do: 'ask_status',
      code: { apiBaseUrl: 'https://ilinkai.wechat.com' },
    });
    const back = { ...moved, redirect_host: 'ilinkai.weixin.qq.com' };
    expect(step(first.state, status(back, NOW), facts()).next).toEqual({ do: 'pause', pauseMs: 1_000 });
  });

  it("ends the login at a redirect to a host that is not Tencent's", () => {
    const foreign = { status: 'scaned_but_redirect', redirect_host: 'example.com' };
    expect(step(login(), status(foreign), facts()).next).toMatchObject({
      do: 'end',
      error: { code: 'foreign_host' },
    });
  });

  it.each(named(http(524), http(504), http(408), timeout(true)))(
    'takes the timeout %s for nothing new',
    (_what, error) => {
      const before = login({ status: 'need_verifycode', verifyCode: '42' });
      const { state, event, next } = step(before, noStatus(error), facts());
      expect([state.code, event, next.do]).toEqual([before.code, undefined, 'ask_status']);
    },
  );

  it.each(named(http(502), http(429), http(500), reset(), timeout(false)))(
    'survives %s, and says when to ask again',
    (_what, error) => {
      const first = step(login(), noStatus(error), facts());
      expect(first).toMatchObject({
        state: { code: { failures: 1 } },
        event: { status: 'trouble', error, retryInMs: 500 },
        next: { do: 'pause', pauseMs: 500 },
      });
      const second = step(first.state, noStatus(http(503)), facts());
      expect(second).toMatchObject({
        state: { code: { failures: 2 } },
        event: { status: 'trouble', retryInMs: 1_000 },
      });
    },
  );

  it.each(named(http(401), http(404), new TypeError('a mistake')))(
    'is not repeated after %s',
    (_what, error) => {
      expect(step(login(), noStatus(error), facts())).toEqual({
        state: login(),
        next: { do: 'end', error },
      });
    },
  );

  it.each(named(reset(), http(524)))(
    'gives the code up when %s comes long after its time',
    (_what, error) => {
      const late = facts({ nowMs: NOW + 5 * 60_000 });
      expect(step(login(), noStatus(error), late)).toMatchObject({
        event: { status: 'expired' },
        next: { do: 'request_code' },
      });
    },
  );

  it('is still made for a code that is old: it may be confirmed', () => {
    const late = facts({ nowMs: NOW + 10 * 60_000 });
    expect(step(login(), GO_ON, late).next).toMatchObject({ do: 'ask_status' });
    const confirmed = { status: 'confirmed', bot_token: 't', ilink_bot_id: 'b' };
    expect(step(login(), status(confirmed), late)).toMatchObject({
      event: { status: 'confirmed', credential: { botToken: 't' } },
      next: { do: 'end' },
    });
  });

  it('ends the login without an error when the account is bound here already', () => {
    const { event, next } = step(login(), status({ status: 'binded_redirect' }), facts());
    expect([event, next]).toEqual([{ status: 'binded_redirect' }, { do: 'end' }]);
  });
});

describe('The number on the phone', () => {
  const asked = login({ status: 'need_verifycode', scanned: true });

  it('is waited for, and the server left alone until the time of the code is over', () => {
    const { event, next } = step(login(), status({ status: 'need_verifycode' }, NOW), facts());
    expect(event).toEqual({ status: 'need_verifycode', wrong: false });
    expect(next).toEqual({ do: 'ask_number', lookAgainAtMs: NOW + 120_000 });
  });

  it('is waited for no longer than half a minute at a time after that', () => {
    const at = (nowMs: number) => step(asked, GO_ON, facts({ nowMs })).next;
    expect(at(NOW + 119_999)).toEqual({ do: 'ask_number', lookAgainAtMs: NOW + 120_000 });
    expect(at(NOW + 120_000)).toMatchObject({ do: 'ask_status' });
    const nowMs = NOW + 120_000;
    const looked = step(
      asked,
      { type: 'status', reply: { status: 'need_verifycode' }, askedAtMs: nowMs },
      facts({ nowMs }),
    );
    expect(looked.next).toEqual({ do: 'ask_number', lookAgainAtMs: nowMs + 30_000 });
  });

  it('goes with the polls until it was judged', () => {
    const typed = step(asked, { type: 'number', text: ' ４７ ' }, facts());
    expect(typed.next).toMatchObject({ do: 'ask_status', code: { verifyCode: '47' } });
    const failed = step(typed.state, noStatus(http(502)), facts());
    expect(step(failed.state, GO_ON, facts()).next).toMatchObject({ code: { verifyCode: '47' } });
    const wrong = step(typed.state, status({ status: 'need_verifycode' }), facts());
    expect(wrong).toMatchObject({
      state: { code: { wrongCodes: 1 } },
      event: { status: 'need_verifycode', wrong: true },
      next: { do: 'ask_number' },
    });
    expect(wrong.state.code).not.toHaveProperty('verifyCode');
  });

  it('that nobody asked for changes nothing', () => {
    expect(step(login(), { type: 'number', text: '12' }, facts()).state).toEqual(login());
  });

  it('that is none ends the login of whoever sent it', () => {
    const { next } = step(asked, { type: 'number', text: 'no number' }, facts());
    expect(next).toMatchObject({ do: 'end', error: { name: 'RangeError' } });
  });

  it('holds up nobody who wants to know how it stands', () => {
    expect(step(asked, { type: 'look' }, facts()).next).toMatchObject({ do: 'ask_status' });
  });
});

describe('The event after which a scan is likely to lead nowhere', () => {
  const isStuckAt = (before: Partial<LoginState>, reply: object): boolean | undefined =>
    step(login(before), status(reply), facts()).event?.stuck;

  it.each([
    ['the end of the first code', { codeNumber: 1 }, { status: 'expired' }, undefined],
    ['the end of the second', { codeNumber: 2 }, { status: 'expired' }, true],
    ['the end of the third, which is no news', { codeNumber: 3 }, { status: 'expired' }, undefined],
    ['the end of one that was scanned', { status: 'scaned', scanned: true }, { status: 'expired' }, true],
    ['the second that was blocked', { codeNumber: 2 }, { status: 'verify_code_blocked' }, true],
    ['a scan', { codeNumber: 2 }, { status: 'scaned' }, undefined],
  ] as const)('%s', (_what, before, reply, stuck) => {
    expect(isStuckAt(before as Partial<LoginState>, reply)).toBe(stuck);
  });
});

describe('Whatever comes', () => {
  const STATUSES = ['wait', 'scaned', 'need_verifycode', 'verify_code_blocked', 'expired', 'new'];
  const reply = fc.oneof(
    fc.record({ status: fc.constantFrom(...STATUSES, 'confirmed', 'binded_redirect') }),
    fc.record({
      status: fc.constant('scaned_but_redirect'),
      redirect_host: fc.constantFrom('ilinkai.wechat.com', 'szilinkai.weixin.qq.com', 'example.com', ''),
    }),
    fc.constant({ status: 'confirmed', bot_token: 't', ilink_bot_id: 'b' }),
    fc.anything().map((value) => Object(value) as object),
  );
  const failure = fc.constantFrom(
    http(502),
    http(504),
    http(404),
    reset(),
    timeout(true),
    new TypeError('x'),
  );
  const happening = fc.record({
    came: fc.oneof({ weight: 5, arbitrary: reply }, failure),
    heldMs: fc.constantFrom(0, 200, 35_000),
    text: fc.option(fc.constantFrom('12', '４７', 'no')),
    isCode: fc.boolean(),
    chance: fc.nat(),
  });

  /** Plays a login: what is to be done is done, with what the script says that comes of it. */
  function play(script: ReadonlyArray<Happening>): Array<LoginStep & { askedAtMs?: number; nowMs: number }> {
    let nowMs = NOW;
    const steps = [{ ...step(BEFORE_THE_FIRST_CODE, GO_ON, facts()), nowMs }];
    for (const happens of script) {
      const { state, next } = steps.at(-1)!;
      if (next.do === 'end') break;
      if (next.do === 'pause') nowMs += next.pauseMs;
      const isAnswered = next.do === 'ask_number' && happens.text !== null;
      if (next.do === 'ask_number' && !isAnswered) nowMs = next.lookAgainAtMs;
      const input = inputOf(next, happens, nowMs);
      if (next.do === 'ask_status' || next.do === 'request_code') nowMs += happens.heldMs;
      steps.push({ ...step(state, input, facts({ nowMs, chance: happens.chance })), nowMs });
    }
    return steps;
  }
  type Happening = typeof happening extends fc.Arbitrary<infer One> ? One : never;
  function inputOf(
    next: LoginStep['next'],
    { came, text, isCode }: Happening,
    askedAtMs: number,
  ): LoginInput {
    if (next.do === 'request_code')
      return came instanceof Error && !isCode
        ? { type: 'no_code', error: came }
        : { type: 'code', reply: REPLY };
    if (next.do === 'ask_status')
      return came instanceof Error
        ? noStatus(came)
        : { type: 'status', reply: came as QrCodeStatusReply, askedAtMs };
    return next.do === 'ask_number' && text !== null ? { type: 'number', text } : GO_ON;
  }
  const holds = (check: (steps: ReturnType<typeof play>) => void): void =>
    fc.assert(fc.property(fc.array(happening, { maxLength: 60 }), (script) => check(play(script))));

  it('the state is plain JSON, so that another process can go on with it', () => {
    holds((steps) => {
      for (const { state } of steps) expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    });
  });

  it('the state that went in is not changed', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 20 }), (script) => {
        for (const { state } of play(script)) {
          const before = JSON.stringify(state);
          for (const input of [GO_ON, status({ status: 'scaned' }), noStatus(reset())])
            step(state, input, facts());
          expect(JSON.stringify(state)).toBe(before);
        }
      }),
    );
  });

  it('no more than three codes are shown, numbered one after the other', () => {
    holds((steps) => {
      const numbers = steps.flatMap(({ event }) => (event?.status === 'qr' ? [event.codeNumber] : []));
      expect(numbers).toEqual([1, 2, 3].slice(0, numbers.length));
    });
  });

  it("nothing is asked of a host that is not Tencent's", () => {
    holds((steps) => {
      for (const { next } of steps)
        if (next.do === 'ask_status') expect(new URL(next.code.apiBaseUrl).host).not.toContain('example');
    });
  });

  it('a number that is asked for is not passed over: no poll goes without it before the time of the code', () => {
    holds((steps) => {
      for (const { next, state, nowMs } of steps)
        if (next.do === 'ask_status' && state.code?.status === 'need_verifycode' && !state.code.verifyCode)
          expect(nowMs).toBeGreaterThanOrEqual(state.code.expiresAtMs);
    });
  });

  it('the same is not told twice in a row, unless there was trouble between or a number was wrong', () => {
    holds((steps) => {
      const told = steps.flatMap(({ event }) => (event ? [event] : []));
      told.forEach((event, index) => {
        const before = told[index - 1];
        if (before?.status !== event.status) return;
        const mayRepeat = event.status === 'need_verifycode' ? event.wrong : false;
        expect(mayRepeat || event.status === 'trouble' || event.status === 'scaned_but_redirect').toBe(true);
      });
    });
  });

  it('a login ends, and only then with credentials or an error or the news that it is bound', () => {
    holds((steps) => {
      for (const { event, next, state } of steps) {
        if (event?.status === 'confirmed') expect(next).toEqual({ do: 'end' });
        if (next.do === 'end' && next.error === undefined)
          expect(['confirmed', 'binded_redirect']).toContain(state.code?.status);
      }
    });
  });

  it('a pause is a quarter of a minute at most', () => {
    holds((steps) => {
      for (const { next } of steps) {
        if (next.do !== 'pause') continue;
        expect(next.pauseMs).toBeGreaterThan(0);
        expect(next.pauseMs).toBeLessThanOrEqual(15_000);
      }
    });
  });
});
