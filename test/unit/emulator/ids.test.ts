import fc from 'fast-check';
import { MessageIds, parseLossless, randomText, Seals, toWireJson } from '../../../emulator/ids';

describe('toWireJson', () => {
  it('writes message_id, msg_id and svr_id as bare numbers with exactly their digits', () => {
    const text = toWireJson({
      message_id: '18446744073709551615',
      item: { msg_id: '9007199254740993', ref: { svr_id: '7' } },
    });
    expect(text).toBe(
      '{"message_id":18446744073709551615,"item":{"msg_id":9007199254740993,"ref":{"svr_id":7}}}',
    );
  });

  it('leaves digits in other fields, and ids that are no number, as text', () => {
    expect(toWireJson({ client_id: '123', message_id: 'abc' })).toBe(
      '{"client_id":"123","message_id":"abc"}',
    );
  });
});

describe('parseLossless', () => {
  it('gives back every uint64 that toWireJson wrote', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (id) => {
        const { message_id } = parseLossless(toWireJson({ message_id: String(id) })) as {
          message_id: unknown;
        };
        expect(String(message_id)).toBe(String(id));
      }),
    );
  });

  it('parses everything else like JSON.parse', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/\d{16}/.test(text));
        expect(parseLossless(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('does not touch digits inside a text', () => {
    expect(parseLossless('{"a":"\\"message_id\\":18446744073709551615"}')).toEqual({
      a: '"message_id":18446744073709551615',
    });
  });
});

describe('MessageIds', () => {
  it('gives rising ids above 2^53 and within uint64', () => {
    const ids = new MessageIds();
    let last = 2n ** 53n;
    for (let count = 0; count < 1000; count += 1) {
      const next = BigInt(ids.next());
      expect(next > last && next < 2n ** 64n).toBe(true);
      last = next;
    }
  });

  it('gives ids that a JavaScript number always gets wrong', () => {
    const ids = new MessageIds();
    const right = Array.from({ length: 2000 }, () => ids.next()).filter((id) => String(Number(id)) === id);
    expect(right).toEqual([]);
  });
});

describe('Seals', () => {
  it('opens for the owner it was made for, and gives the number back', () => {
    const seals = new Seals();
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.string(), { maxLength: 3 }), (value, owner) => {
        expect(seals.open(owner, seals.seal(owner, value))).toBe(value);
      }),
    );
  });

  it('does not open for another owner, nor one that only looks the same when joined', () => {
    const seals = new Seals();
    const token = seals.seal(['context', 'a', 'bc'], 1);
    expect(seals.open(['context', 'ab', 'c'], token)).toBeUndefined();
    expect(seals.open(['ticket', 'a', 'bc'], token)).toBeUndefined();
  });

  it('does not open what another emulator made, nor garbage', () => {
    const seals = new Seals();
    expect(seals.open(['x'], new Seals().seal(['x'], 1))).toBeUndefined();
    fc.assert(fc.property(fc.string(), (garbage) => seals.open(['x'], garbage) === undefined));
  });

  it('looks different each time', () => {
    const seals = new Seals();
    expect(seals.seal(['x'], 1)).not.toBe(seals.seal(['x'], 1));
  });
});

describe('randomText', () => {
  it('needs no escaping in a URL', () => {
    const text = randomText(48);
    expect(encodeURIComponent(text)).toBe(text);
    expect(text).toHaveLength(64);
  });
});
