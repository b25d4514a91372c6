import type { Ending } from './ending';
import { Ledger, type Bubble } from './ledger';

const accepted = (id: string): Ending => ({ outcome: 'accepted', message_id: id, client_id: `c${id}` });
const refused: Ending = { outcome: 'refused', kind: 'x' };
const bubble = (text: string, id: string): Bubble => ({ text, message_id: id, client_id: `c${id}` });

/** @param endings of the message "a" */
function complaintsAbout(endings: Ending[], shown: Bubble[]): string[] {
  const ledger = new Ledger();
  ledger.sent('a', 0);
  for (const ending of endings) ledger.ended('a', ending);
  return ledger.complaints(shown);
}

describe('What was reported and what the phone shows', () => {
  test.each<[string, Ending[], Bubble[]]>([
    ['accepted and shown', [accepted('1')], [bubble('a', '1')]],
    ['unconfirmed and shown', [{ outcome: 'unconfirmed' }], [bubble('a', '1')]],
    ['unconfirmed and not shown', [{ outcome: 'unconfirmed' }], []],
    ['refused and not shown', [refused], []],
    ['queued and not shown', [{ outcome: 'queued' }], []],
    ['queued, then accepted and shown', [{ outcome: 'queued' }, accepted('1')], [bubble('a', '1')]],
  ])('agree: %s', (_what, endings, shown) => {
    expect(complaintsAbout(endings, shown)).toEqual([]);
  });

  test.each<[string, Ending[], Bubble[], string]>([
    ['no ending', [], [], '"a" has 0 endings: none'],
    ['two endings', [accepted('1'), refused], [bubble('a', '1')], '"a" has 2 endings: accepted, refused: x'],
    ['three endings', [{ outcome: 'queued' }, accepted('1'), accepted('1')], [], '"a" has 3 endings'],
    ['accepted and not shown', [accepted('1')], [], '"a" was accepted and is not shown'],
    ['accepted under another id', [accepted('1')], [bubble('a', '2')], 'is shown as 2 instead of 1'],
    [
      'accepted under another client id',
      [{ ...accepted('1'), client_id: 'other' }],
      [bubble('a', '1')],
      'is shown under another client id',
    ],
    ['accepted and shown twice', [accepted('1')], [bubble('a', '1'), bubble('a', '2')], 'is shown 2 times'],
    [
      'unconfirmed, shown twice',
      [{ outcome: 'unconfirmed' }],
      [bubble('a', '1'), bubble('a', '2')],
      '2 times',
    ],
    ['refused for certain and shown', [refused], [bubble('a', '1')], '"a" was refused: x and is shown'],
    ['queued and shown', [{ outcome: 'queued' }], [bubble('a', '1')], '"a" was queued and is shown'],
    ['shown and never sent', [refused], [bubble('b', '1')], '"b" is shown and was never sent'],
  ])('disagree: %s', (_what, endings, shown, complaint) => {
    expect(complaintsAbout(endings, shown)).toEqual([expect.stringContaining(complaint)]);
  });

  test('queued texts that went out as one message are several', () => {
    const ledger = new Ledger();
    for (const [group, text] of ['a', 'b'].entries()) {
      ledger.sent(text, group);
      for (const ending of [{ outcome: 'queued' } as const, accepted('1')]) ledger.ended(text, ending);
    }
    expect(ledger.complaints([bubble('a\n\nb', '1')])).toEqual([]);
    expect(ledger.complaints([bubble('b\n\na', '1')])).toEqual([
      '"a" is shown after one that was sent later',
    ]);
  });

  test('an ending of something that was never sent is noticed', () => {
    const ledger = new Ledger();
    ledger.ended('a', accepted('1'));
    expect(ledger.complaints([])).toEqual(['"a" has an ending and was never sent']);
  });

  test('what was sent in turn is shown in turn, and what was sent together in any order', () => {
    const ledger = new Ledger();
    for (const [text, group] of [
      ['a', 0],
      ['b', 1],
      ['c', 1],
    ] as const) {
      ledger.sent(text, group);
      ledger.ended(text, { outcome: 'unconfirmed' });
    }
    const shown = (...texts: string[]): Bubble[] => texts.map((text) => bubble(text, text));
    expect(ledger.complaints(shown('a', 'c', 'b'))).toEqual([]);
    expect(ledger.complaints(shown('b', 'a', 'c'))).toEqual(['"a" is shown after one that was sent later']);
    expect(ledger.outcomes).toEqual({ unconfirmed: 3 });
  });

  test('one text for two messages would prove nothing', () => {
    const ledger = new Ledger();
    ledger.sent('a', 0);
    expect(() => ledger.sent('a', 1)).toThrow('sent twice');
  });
});
