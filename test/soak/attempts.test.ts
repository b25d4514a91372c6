import type { RequestRecord } from '../../emulator';
import { attemptComplaints } from './attempts';

const attempt = (text: string, client_id: string, outcome: string): RequestRecord =>
  ({
    endpoint: 'sendmessage',
    body: { msg: { client_id, item_list: [{ type: 1, text_item: { text } }] } },
    outcome,
  }) as RequestRecord;

test.each([
  [['fault: drop after', 'dropped']],
  [['fault: status 503', 'fault: ret -1', 'ok']],
  [['fault: body html', 'ret -2']],
])('%j in a row is how a message may be repeated', (outcomes) => {
  expect(attemptComplaints(outcomes.map((outcome) => attempt('a', 'c', outcome)))).toEqual([]);
});

test.each(['ret -2', 'fault: ret -14', 'fault: errcode -2', 'fault: status 403'])(
  'nothing may come after "%s"',
  (outcome) => {
    const complaints = attemptComplaints([attempt('a', 'c', outcome), attempt('a', 'c', 'ok')]);
    expect(complaints).toEqual([expect.stringContaining('was sent again after it had been refused')]);
  },
);

test('a repeat under another client id is noticed', () => {
  const complaints = attemptComplaints([attempt('a', 'c', 'fault: cut'), attempt('a', 'd', 'ok')]);
  expect(complaints).toEqual([expect.stringContaining('under another client id')]);
});

test('other messages and other endpoints are nobody to complain about', () => {
  const poll = { endpoint: 'getupdates', body: {}, outcome: 'ok' } as RequestRecord;
  const cut = { endpoint: 'sendmessage', outcome: 'fault: cut' } as RequestRecord;
  expect(attemptComplaints([poll, cut, attempt('a', 'c', 'ret -2'), attempt('b', 'd', 'ok')])).toEqual([]);
});
