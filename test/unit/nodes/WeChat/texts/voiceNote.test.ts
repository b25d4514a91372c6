import { noteOf } from '../../../../../nodes/WeChat/texts';

describe('noteOf', () => {
  it('says nothing of a recording that is whole', () => {
    expect(noteOf({ durationMs: 2_000 })).toBeUndefined();
  });

  it.each([
    ['stray', 1, 'The voice message is complete; 1 byte behind its end could not be decoded'],
    ['stray', 5, 'The voice message is complete; 5 bytes behind its end could not be decoded'],
    ['cut', 7, 'The end of the voice message is cut off: 7 bytes of its last moment are missing'],
    ['damaged', 900, 'Only the first 1.3 s of the voice message could be decoded'],
  ] as const)('says of %s (%i bytes) what happened, and what to do', (kind, bytes, note) => {
    const found = noteOf({ durationMs: 1_340, undecoded: { kind, bytes } });
    expect(found!.note).toBe(note);
    expect(found!.description.length).toBeGreaterThan(30);
  });
});
