import fc from 'fast-check';

import type { Quoted } from '../../../../../bot/recall/quotes';
import { readMessage } from '../../../../../ilink/incoming';
import { contentTypeOf, readItem } from '../../../../../ilink/incoming-item';
import type { MediaReference } from '../../../../../ilink/media/reference';
import { CONTENT_TYPES } from '../../../../../ilink/incoming-item';
import { toItemJson } from '../../../../../nodes/WeChat/trigger/item';

const text = (value: string) => ({ type: 1, text_item: { text: value } });
const media = { encrypt_query_param: 'p', aes_key: 'k', encrypt_type: 1 };
const image = { type: 2, image_item: { media, aeskey: '00'.repeat(16), mid_size: 32 } };
const message = (...item_list: unknown[]) => readMessage({ from_user_id: 'u@im.wechat', item_list });

/** Something that looks like a message and has anything in its places. */
const anyItem = fc.record(
  {
    type: fc.oneof(fc.constantFrom(1, 2, 3, 4, 5, 11, 99), fc.jsonValue()),
    ref_msg: fc.oneof(
      fc.jsonValue(),
      fc.record({ title: fc.jsonValue(), svr_id: fc.jsonValue(), message_item: fc.jsonValue() }),
    ),
    ...Object.fromEntries(
      ['text_item', 'image_item', 'voice_item', 'file_item', 'video_item'].map((field) => [
        field,
        fc.oneof(
          fc.jsonValue(),
          fc.record(
            Object.fromEntries(
              ['text', 'media', 'len', 'file_name', 'playtime', 'play_length', 'video_size', 'mid_size'].map(
                (name) => [name, fc.oneof(fc.jsonValue(), fc.constant({ toString: null, valueOf: null }))],
              ),
            ),
            { requiredKeys: [] },
          ),
        ),
      ]),
    ),
  },
  { requiredKeys: [] },
);
const anyMessage = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      from_user_id: fc.jsonValue(),
      group_id: fc.jsonValue(),
      session_id: fc.jsonValue(),
      item_list: fc.oneof(fc.jsonValue(), fc.array(fc.oneof(anyItem, fc.jsonValue()))),
    },
    { requiredKeys: [] },
  ),
);

describe('The item of a message', () => {
  test('whatever comes, is made, and has what every workflow may rely on', () => {
    fc.assert(
      fc.property(anyMessage, fc.boolean(), (anything, includeRaw) => {
        const message = readMessage(anything);
        const item = toItemJson(message, includeRaw);
        expect(CONTENT_TYPES).toContain(item.type);
        expect(item.type).toBe(contentTypeOf(message.items));
        expect(typeof item.text).toBe('string');
        expect(typeof item.chatInput === 'string' && item.chatInput.trim() !== '').toBe(true);
        expect(typeof item.sessionId === 'string' && item.sessionId !== '').toBe(true);
        expect('raw' in item).toBe(includeRaw || item.type === 'unknown');
        const quoted = item.quote as { text?: unknown; media?: MediaReference[] } | undefined;
        expect(['string', 'undefined']).toContain(typeof quoted?.text);
        for (const reference of [
          ...((item.media ?? []) as unknown as MediaReference[]),
          ...(quoted?.media ?? []),
        ]) {
          expect(['image', 'voice', 'file', 'video']).toContain(reference.kind);
          expect(typeof reference.media).toBe('object');
          for (const number of [reference.size ?? 0, reference.playtime_ms ?? 0]) {
            expect(Number.isFinite(number)).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('keeps every field of the wire that came, as it came', () => {
    const fields = fc.record(
      {
        message_id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
        seq: fc.nat(),
        client_id: fc.string(),
        from_user_id: fc.string(),
        to_user_id: fc.string(),
        create_time_ms: fc.nat(),
        session_id: fc.string(),
        group_id: fc.string(),
        message_type: fc.nat(),
        message_state: fc.nat(),
        context_token: fc.string(),
        run_id: fc.string(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, fc.array(anyItem), (wire, item_list) => {
        expect(toItemJson(readMessage({ ...wire, item_list }), false)).toMatchObject(wire);
      }),
    );
  });

  test('joins several texts by lines, and takes the transcript of a voice message as text', () => {
    const voice = { type: 3, voice_item: { text: 'spoken', media } };
    expect(toItemJson(message(text('one'), text('two'), voice), false).text).toBe('one\ntwo\nspoken');
  });

  test('has a session that is the group, else the sender, else the session of the wire', () => {
    const session = (wire: object) => toItemJson(readMessage({ item_list: [], ...wire }), false).sessionId;
    expect(session({ group_id: 'g', from_user_id: 'u', session_id: 's' })).toBe('g');
    expect(session({ group_id: '', from_user_id: 'u', session_id: 's' })).toBe('u');
    expect(session({ session_id: 's' })).toBe('s');
    expect(session({})).toBe('unknown');
  });

  test('has references to its files, with sizes as numbers and lengths in milliseconds', () => {
    const item = toItemJson(
      message(
        image,
        { type: 3, voice_item: { media, playtime: 1_500, encode_type: 6 } },
        { type: 4, file_item: { media, file_name: 'a.pdf', len: '1234', md5: 'abc' } },
        { type: 5, video_item: { media, video_size: 48, play_length: 3 } },
      ),
      false,
    );
    expect(item.media).toEqual([
      { kind: 'image', size: 32, aeskey: '00'.repeat(16), media },
      { kind: 'voice', playtime_ms: 1_500, encode_type: 6, media },
      { kind: 'file', file_name: 'a.pdf', size: 1_234, md5: 'abc', media },
      { kind: 'video', size: 48, playtime_ms: 3_000, media },
    ]);
  });

  test('leaves out what the message does not say', () => {
    expect(toItemJson(message({ type: 4, file_item: { media } }), false).media).toEqual([
      { kind: 'file', media },
    ]);
    expect(toItemJson(message(text('a')), false)).not.toHaveProperty('media');
  });

  test('has the files of a quote, and its title in place of a text', () => {
    const quoting = (ref_msg: object) => toItemJson(message({ ...text('a'), ref_msg }), false).quote;
    expect(quoting({ title: 'Ann', message_item: image })).toEqual({
      found: true,
      text: 'Ann',
      title: 'Ann',
      media: [{ kind: 'image', size: 32, aeskey: '00'.repeat(16), media }],
    });
    expect(quoting({})).toEqual({ found: false });
  });

  describe('with a quote of a message that is known', () => {
    const known = { direction: 'out', at: 5, items: [readItem(text('one two three'))] } as const;
    const quoting = (ref_msg: object, quoted?: Quoted) =>
      toItemJson(message({ ...text('a'), ref_msg }), false, quoted).quote;

    test('has its text, who wrote it, and when', () => {
      expect(quoting({ svr_id: '7' }, { ...known, items: [...known.items] })).toEqual({
        found: true,
        text: 'one two three',
        svr_id: '7',
        type: 'text',
        from: 'bot',
        create_time_ms: 5,
      });
      const ofUser: Quoted = { direction: 'in', at: 6, items: [readItem(image)], fromUserId: 'u@im.wechat' };
      expect(quoting({ svr_id: '7' }, ofUser)).toEqual({
        found: true,
        svr_id: '7',
        type: 'image',
        from: 'user',
        from_user_id: 'u@im.wechat',
        create_time_ms: 6,
        media: [{ kind: 'image', size: 32, aeskey: '00'.repeat(16), media }],
      });
    });

    test('has the part that was quoted as text, and the whole beside it', () => {
      const partial_text = { start: 'two', end: 'three', startindex: 0, endindex: 0, quotemd5: '' };
      expect(quoting({ svr_id: '7', partial_text }, { ...known, items: [...known.items] })).toMatchObject({
        text: 'two three',
        fullText: 'one two three',
        partial_text,
      });
      const other = { ...partial_text, start: 'four' };
      const whole = quoting({ svr_id: '7', partial_text: other }, { ...known, items: [...known.items] });
      expect(whole).toMatchObject({ text: 'one two three', partial_text: other });
      expect(whole).not.toHaveProperty('fullText');
    });

    test('prefers what the phone sent, and a remembered text to a title', () => {
      const quoted: Quoted = { direction: 'in', at: 5, items: [text('remembered'), image].map(readItem) };
      expect(quoting({ svr_id: '7', message_item: text('sent along') }, quoted)).toMatchObject({
        text: 'sent along',
      });
      expect(quoting({ svr_id: '7', title: 'summ…' }, quoted)).toMatchObject({
        text: 'remembered',
        title: 'summ…',
      });
      const inline = { type: 4, file_item: { media, file_name: 'a' } };
      const { media: files } = quoting({ svr_id: '7', message_item: inline }, quoted) as {
        media: MediaReference[];
      };
      expect(files.map(({ kind }) => kind)).toEqual(['file']);
    });

    test('says that it found nothing where there is only an id', () =>
      expect(quoting({ svr_id: '7' })).toEqual({ found: false, svr_id: '7' }));
  });
});
