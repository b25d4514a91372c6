import { readReceiveOptions } from '../../../../../nodes/WeChat/media/receiveOptions';

describe('readReceiveOptions', () => {
  it('has defaults for everything', () =>
    expect(readReceiveOptions({}, 60)).toEqual({
      maxBytes: 104_857_600,
      timeoutMs: 60_000,
      voiceFormat: 'wav',
      hosts: [],
    }));

  it('takes what is set', () =>
    expect(
      readReceiveOptions(
        { maxFileSize: 5, timeout: 2, voiceFormat: 'silk', mediaHosts: 'a.example，b.example, ' },
        60,
      ),
    ).toEqual({
      maxBytes: 5_242_880,
      timeoutMs: 2_000,
      voiceFormat: 'silk',
      hosts: ['a.example', 'b.example'],
    }));

  it.each([0, -1, NaN, 'x', null])('does not take %j for a number', (value) =>
    expect(readReceiveOptions({ maxFileSize: value as never, timeout: value as never }, 60)).toMatchObject({
      maxBytes: 104_857_600,
      timeoutMs: 60_000,
    }),
  );
});
