import type { Steps } from '../../../../ilink/updates/steps';
import { ValueReader, type Value } from '../../../../ilink/updates/values';

const readerOf = (text: string): ValueReader => new ValueReader(Buffer.from(text));

/** The result, and how often something else could have run meanwhile. */
function run<Result>(steps: Steps<Result>): { result: Result; pauses: number } {
  for (let pauses = 0; ; pauses++) {
    const { done, value } = steps.next();
    if (done) return { result: value, pauses };
  }
}
const valueOf = (reader: ValueReader): Value | undefined => run(reader.value()).result;

describe('ValueReader', () => {
  it('moves behind the value that it reads', () => {
    const reader = readerOf('{"a":[1,"你"]} ,2');
    const value = valueOf(reader)!;
    expect(reader.parse(value)).toEqual({ a: [1, '你'] });
    expect(value).toMatchObject({ from: 0, deepest: 2, values: 4, hasControls: false });
    reader.skipSpace();
    expect(reader.take(0x3a)).toBe(false);
    expect(reader.take(0x2c)).toBe(true);
    expect(reader.parse(valueOf(reader)!)).toBe(2);
    expect(reader.isEnd()).toBe(true);
    expect(reader.byte).toBeUndefined();
  });

  it('stays where it is when there is no value, and says how far it looked', () => {
    const reader = readerOf('{"a":x}');
    expect(valueOf(reader)).toBeUndefined();
    expect([reader.at, reader.seenTo]).toEqual([0, 5]);
    expect(reader.fail(3)).toBe(false);
    expect(reader.at).toBe(3);
  });

  it('reads texts with raw control characters, and the digits of large ids', () => {
    const reader = readerOf('{"message_id":18446744073709551615,"a":"b\n"}');
    expect(reader.parse(valueOf(reader)!)).toEqual({ message_id: '18446744073709551615', a: 'b\n' });
  });

  it('says what is not to be parsed', () => {
    const troubleOf = (text: string): unknown => {
      const reader = readerOf(text);
      return reader.troubleOf(valueOf(reader)!);
    };
    expect(troubleOf('{"a":1}')).toBeUndefined();
    expect(troubleOf(`${'['.repeat(501)}${']'.repeat(501)}`)).toBe('too_deep');
    expect(troubleOf(JSON.stringify('x'.repeat(1_100_000)))).toBe('too_large');
    expect(troubleOf(JSON.stringify(Array.from({ length: 20_001 }, () => 1)))).toBe('too_large');
  });

  it('pauses while it reads much, and while it reads much that is small', () => {
    expect(run(readerOf('1').value()).pauses).toBe(0);
    expect(run(readerOf(JSON.stringify('x'.repeat(3_000_000))).value()).pauses).toBeGreaterThan(10);
    const reader = readerOf('{}'.repeat(10_000));
    let pauses = 0;
    while (!reader.isEnd()) pauses += run(reader.value()).pauses;
    expect(pauses).toBeGreaterThan(1);
  });
});
