import type { Dispatcher } from 'undici';

import { ReplyHandler } from '../../../ilink/reply-handler';

describe('ReplyHandler', () => {
  const controller = () => {
    const abort = jest.fn();
    return { abort, given: { abort } as unknown as Dispatcher.DispatchController };
  };
  const handler = (maxBytes = 10, onBegun: () => void = () => undefined) =>
    new ReplyHandler(() => new Error('too large'), maxBytes, onBegun);

  it('collects the answer, and leaves out one that is only interim', async () => {
    const onBegun = jest.fn();
    const reply = handler(10, onBegun);
    const { given } = controller();
    reply.onRequestStart(given);
    reply.onResponseStart(given, 103, { link: '</x>' });
    expect(onBegun).not.toHaveBeenCalled();
    reply.onResponseStart(given, 200, { 'x-a': 'b' });
    reply.onResponseData(given, Buffer.from('ab'));
    reply.onResponseData(given, Buffer.from('cd'));
    reply.onResponseEnd();
    await reply.whole;
    expect(reply).toMatchObject({ status: 200, headers: { 'x-a': 'b' } });
    expect(Buffer.concat(reply.pieces).toString()).toBe('abcd');
    expect(onBegun).toHaveBeenCalledTimes(1);
  });

  it('ends the request when it is aborted, once', async () => {
    const reply = handler();
    const { abort, given } = controller();
    reply.onRequestStart(given);
    const reason = new Error('enough');
    reply.abort(reason);
    reply.abort(new Error('again'));
    await expect(reply.whole).rejects.toBe(reason);
    expect(abort.mock.calls).toEqual([[reason]]);
  });

  it('is over at once when it is aborted while it waits for a connection, and is not sent later', async () => {
    const reply = handler();
    const { abort, given } = controller();
    reply.abort(undefined);
    await expect(reply.whole).rejects.toBeUndefined();
    reply.onRequestStart(given);
    expect(abort).toHaveBeenCalledTimes(1);
  });

  it('ends the request when the answer is too large, and keeps what came before', async () => {
    const reply = handler(3);
    const { abort, given } = controller();
    reply.onRequestStart(given);
    reply.onResponseStart(given, 200, {});
    reply.onResponseData(given, Buffer.from('ab'));
    reply.onResponseData(given, Buffer.from('cd'));
    reply.onResponseData(given, Buffer.from('e'));
    await expect(reply.whole).rejects.toThrow('too large');
    expect(abort).toHaveBeenCalledTimes(1);
    expect(reply.pieces.map(String)).toEqual(['ab']);
  });

  it('fails with what the connection failed with', async () => {
    const reply = handler();
    const { given } = controller();
    reply.onResponseError(given, new Error('reset'));
    await expect(reply.whole).rejects.toThrow('reset');
  });
});
