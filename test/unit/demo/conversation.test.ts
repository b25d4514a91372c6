import { converse, formatMessage } from '../../../demo/conversation';
import { startEmulator, type BotLogin, type Emulator } from '../../../emulator';

describe('formatMessage', () => {
  const base = { message_id: '1', at: 0, wire: {} };

  it('names who speaks, and how long the answer took', () => {
    expect(formatMessage({ ...base, from: 'user', type: 'text', text: 'hi' })).toBe('   phone  hi');
    expect(formatMessage({ ...base, from: 'bot', type: 'text', text: 'hello' }, 1_250)).toBe(
      '     n8n  hello   (1.3 s)',
    );
  });

  it('shows a file by kind, name and size', () => {
    const media = { kind: 'image' as const, name: 'a.png', size: 70, md5: '', bytes: () => Buffer.alloc(70) };
    expect(formatMessage({ ...base, from: 'user', type: 'image', media })).toBe(
      '   phone  [image a.png, 70 bytes]',
    );
  });
});

describe('converse', () => {
  let emulator: Emulator;
  let bot: BotLogin;
  beforeEach(async () => {
    emulator = await startEmulator();
    bot = emulator.bind();
  });
  afterEach(() => emulator.stop());

  it('fails when nobody shows that they are typing, and has printed what the person wrote', async () => {
    const lines: string[] = [];
    const talking = converse({ emulator, bot, print: (line) => lines.push(line), answerMs: 100 });
    await expect(talking).rejects.toThrow('the phone never showed "typing…"');
    expect(lines).toEqual(['   phone  Hello n8n, are you there? 你好']);
  });
});
