import { PassThrough } from 'node:stream';

import { InputEnded, Lines } from '../../../cli/lines';

const never = new AbortController().signal;

describe('Lines', () => {
  it('gives one line after the other, however they arrive', async () => {
    const input = new PassThrough();
    const lines = new Lines(input);
    const first = lines.next(never);
    input.write('on');
    input.write('e\ntwo\r\nthr');
    expect([await first, await lines.next(never)]).toEqual(['one', 'two']);
    input.end('ee');
    expect(await lines.next(never)).toBe('three');
    lines.close();
  });

  it('says when the input has ended', async () => {
    const input = new PassThrough();
    const lines = new Lines(input);
    input.end();
    await expect(lines.next(never)).rejects.toBeInstanceOf(InputEnded);
    await expect(lines.next(never)).rejects.toBeInstanceOf(InputEnded);
  });

  it('stops waiting when it is aborted, and keeps the next line for the next call', async () => {
    const input = new PassThrough();
    const lines = new Lines(input);
    const controller = new AbortController();
    const waiting = lines.next(controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    input.write('later\n');
    expect(await lines.next(never)).toBe('later');
    lines.close();
  });

  it('reads nothing before a line is wanted', () => {
    const input = new PassThrough();
    const lines = new Lines(input);
    expect(input.listenerCount('data')).toBe(0);
    lines.close();
  });
});
