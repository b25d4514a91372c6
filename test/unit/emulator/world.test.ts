import { DEFAULT_SETTINGS } from '../../../emulator/settings';
import { answer, errorAnswer } from '../../../emulator/world';

describe('answers', () => {
  it('write ids as bare numbers', () => {
    expect(answer({ ret: 0, message_id: '18446744073709551615' }).body).toBe(
      '{"ret":0,"message_id":18446744073709551615}',
    );
  });

  it('carry business errors as HTTP 200', () => {
    expect(errorAnswer({ ...DEFAULT_SETTINGS, codeIn: 'errcode' }, -14, 'session timeout')).toMatchObject({
      status: 200,
      body: '{"errcode":-14,"errmsg":"session timeout"}',
      outcome: 'ret -14',
    });
  });
});
