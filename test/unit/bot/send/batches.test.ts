import fc from 'fast-check';

import { ageOf, nextBatch } from '../../../../bot/send/batches';
import { DEFAULT_MAX_CHARACTERS, MAX_TEXT_BYTES } from '../../../../text/split';
import type { MessageItem } from '../../../../ilink/wire';
import type { QueuedMessage } from '../../../../store/outbox';

const NOW = 1_764_000_000_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const row = (id: number, text: string, more: Partial<QueuedMessage> = {}): QueuedMessage => ({
  id,
  bot: 'bot',
  userId: 'u@im.wechat',
  sendId: `s${id}`,
  reason: 'window_over',
  type: 'text',
  item: JSON.stringify({ type: 1, text_item: { text } }),
  ageNote: '🕒 {age}',
  quota: 10,
  windowMs: HOUR_MS,
  queuedAt: NOW,
  expiresAt: NOW + HOUR_MS,
  clientId: null,
  ...more,
});
const image = (id: number): QueuedMessage =>
  row(id, '', { type: 'image', item: JSON.stringify({ type: 2, image_item: { mid_size: id } }) });
const next = (rows: readonly QueuedMessage[], now = NOW): { ids: number[]; item: MessageItem } => {
  const { batch, item } = nextBatch(rows, now);
  expect(batch).toEqual(rows.slice(0, batch.length));
  return { ids: batch.map(({ id }) => id), item };
};
const textOf = (rows: QueuedMessage[], now = NOW): string | undefined => next(rows, now).item.text_item?.text;

describe('nextBatch', () => {
  it('joins texts: those of one send as the lines that they were, others apart', () => {
    const same = { sendId: 'same' };
    expect(next([row(1, 'a', same), row(2, 'b', same), row(3, 'c')], NOW)).toEqual({
      ids: [1, 2, 3],
      item: { type: 1, text_item: { text: 'a\nb\n\nc' } },
    });
  });

  it('ends an open code block with its text, so that it does not swallow the next', () => {
    expect(textOf([row(1, 'a\n```js\nb();'), row(2, 'c')])).toBe('a\n```js\nb();\n```\n\nc');
    expect(textOf([row(1, '~~~~\nb'), row(2, '```\nc\n```'), row(3, 'd')])).toBe(
      '~~~~\nb\n~~~~\n\n```\nc\n```\n\nd',
    );
    expect(textOf([row(1, '```\nb')])).toBe('```\nb');
  });

  it('puts parts of one send below each other so that none becomes a row or an item of the other', () => {
    const same = { sendId: 'same' };
    const table = '| a |\n|---|\n| 1 |';
    expect(textOf([row(1, table, same), row(2, table, same)])).toBe(`${table}\n\n${table}`);
    expect(textOf([row(1, '- a', same), row(2, 'b', same)])).toBe('- a\n\nb');
    // Code whose fence could not be closed at the cut goes on.
    expect(textOf([row(1, '```\n- a', same), row(2, 'b\n```', same)])).toBe('```\n- a\nb\n```');
  });

  it('sends anything else by itself, in its place', () => {
    const rows = [row(1, 'a'), image(2), row(3, 'b')];
    expect(next(rows, NOW).ids).toEqual([1]);
    expect(next(rows.slice(1), NOW)).toEqual({
      ids: [2],
      item: { type: 2, image_item: { mid_size: 2 } },
    });
    expect(next(rows.slice(2), NOW).ids).toEqual([3]);
  });

  it('says once for each send how old it is, when it is', () => {
    const old = { sendId: 'old', queuedAt: NOW - 3 * HOUR_MS };
    const rows = [
      row(1, 'a', old),
      row(2, 'b', old),
      row(3, 'c', { queuedAt: NOW - MINUTE_MS }),
      row(4, 'd'),
    ];
    expect(textOf(rows)).toBe('🕒 3 h\na\nb\n\n🕒 1 min\nc\n\nd');
  });

  it('says it in the words of the node, everywhere in them, or not at all', () => {
    const queuedAt = NOW - 49 * HOUR_MS;
    expect(textOf([row(1, 'a', { queuedAt, ageNote: '{age} late ({age})' })])).toBe('2 d late (2 d)\na');
    expect(textOf([row(1, 'a', { queuedAt, ageNote: '' })])).toBe('a');
  });

  it('leaves the note away where there is no room for it', () => {
    const long = 'x'.repeat(DEFAULT_MAX_CHARACTERS);
    expect(textOf([row(1, long, { queuedAt: NOW - HOUR_MS })])).toBe(long);
  });

  it('sends together again what was sent together, and nothing else with it', () => {
    const rows = [row(1, 'a', { clientId: 'c1' }), row(2, 'b', { clientId: 'c1' }), row(3, 'c')];
    expect(next(rows, NOW)).toMatchObject({ ids: [1, 2] });
    expect(next([row(1, 'a'), row(2, 'b', { clientId: 'c1' })], NOW)).toMatchObject({ ids: [1] });
    expect(next([row(1, 'a', { clientId: 'c1' }), row(2, 'b', { clientId: 'c2' })], NOW).ids).toEqual([1]);
  });

  it('also fits when it goes out again after its notes have become longer', () => {
    const half = 'x'.repeat(DEFAULT_MAX_CHARACTERS / 2 - 1);
    const rows = [row(1, half, { clientId: 'c1' }), row(2, half, { clientId: 'c1' })];
    expect(textOf(rows)).toHaveLength(DEFAULT_MAX_CHARACTERS);
    expect(textOf(rows, NOW + HOUR_MS)).toBe(textOf(rows));
  });

  describe('for any queue', () => {
    const entry = fc.record({
      text: fc.oneof(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
        fc.nat(DEFAULT_MAX_CHARACTERS - 1).map((length) => '长'.repeat(length + 1)),
      ),
      isText: fc.boolean(),
      sendId: fc.constantFrom('s1', 's2'),
      clientId: fc.option(fc.constantFrom('c1', 'c2'), { freq: 5 }),
      queuedAt: fc.integer({ min: NOW - 100 * HOUR_MS, max: NOW + HOUR_MS }),
      ageNote: fc.constantFrom('', '🕒 {age}', '{age}'.repeat(50)),
    });
    const queue = fc.array(entry, { minLength: 1, maxLength: 25 }).map((entries) =>
      entries.map(({ text, isText, ...more }, i) =>
        // Only texts share a batch.
        isText ? row(i, text, more) : { ...image(i), clientId: more.clientId && `c of ${i}` },
      ),
    );
    const allBatches = (rows: QueuedMessage[]) => {
      const batches = [];
      for (let rest = rows; rest.length > 0; rest = rest.slice(batches.at(-1)!.ids.length))
        batches.push(next(rest, NOW));
      return batches;
    };

    it('every message goes out once, in order, and the batches have every text whole', () => {
      fc.assert(
        fc.property(queue, (rows) => {
          const batches = allBatches(rows);
          expect(batches.flatMap(({ ids }) => ids)).toEqual(rows.map(({ id }) => id));
          for (const { ids, item } of batches) {
            let from = 0;
            for (const id of ids.filter((each) => rows[each]!.type === 'text')) {
              const { text_item } = JSON.parse(rows[id]!.item) as { text_item: { text: string } };
              const at = item.text_item!.text!.indexOf(text_item.text, from);
              expect(at).toBeGreaterThanOrEqual(from);
              from = at + text_item.text.length;
            }
          }
        }),
      );
    });

    it('what was joined fits into one message, and no join that fits was missed', () => {
      fc.assert(
        fc.property(queue, (rows) => {
          const free = rows.map((each) => ({ ...each, clientId: null }));
          const batches = allBatches(free);
          batches.forEach(({ ids, item }, i) => {
            const text = item.text_item?.text ?? '';
            expect(text.length).toBeLessThanOrEqual(DEFAULT_MAX_CHARACTERS);
            expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_TEXT_BYTES);
            const following = free[batches[i + 1]?.ids[0] ?? -1];
            if (!following || following.type !== 'text' || free[ids[0]!]!.type !== 'text') return;
            const joined = next(
              [...ids.map((id) => free[id]!), following].map((each) => ({
                ...each,
                ageNote: '',
                clientId: 'c',
              })),
              NOW,
            );
            const withNotes = [...ids.map((id) => free[id]!), following].some(
              ({ ageNote }) => ageNote !== '',
            );
            if (!withNotes)
              expect(joined.item.text_item!.text!.length).toBeGreaterThan(DEFAULT_MAX_CHARACTERS);
          });
        }),
      );
    });
  });
});

describe('ageOf', () => {
  it.each([
    [-HOUR_MS, ''],
    [0, ''],
    [MINUTE_MS - 1, ''],
    [MINUTE_MS, '1 min'],
    [HOUR_MS - 1, '59 min'],
    [HOUR_MS, '1 h'],
    [48 * HOUR_MS - 1, '47 h'],
    [48 * HOUR_MS, '2 d'],
  ])('of %d ms is "%s"', (ms, age) => {
    expect(ageOf(ms)).toBe(age);
  });
});
