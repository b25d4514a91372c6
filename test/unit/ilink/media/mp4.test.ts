import fc from 'fast-check';

import { TrackFinder } from '../../../../ilink/media/mp4';

function box(type: string, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + content.length);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, content]);
}
const track = (kind: string): Buffer =>
  box(
    'trak',
    box('mdia', box('hdlr', Buffer.from(`\0\0\0\0\0\0\0\0${kind}\0\0\0\0`, 'latin1')), Buffer.alloc(3_000)),
  );
const FTYP = box('ftyp', Buffer.from('isom\0\0\0\0isommp42', 'latin1'));
const MDAT = box('mdat', Buffer.alloc(50_000, 'hdlr12345678vide'));
const FILM = Buffer.concat([FTYP, MDAT, box('moov', track('vide'), track('soun'))]);
const SOUND = Buffer.concat([FTYP, box('moov', track('soun')), MDAT]);

function tracksOf(file: Buffer, pieceBytes = file.length): string[] | undefined {
  const finder = new TrackFinder();
  for (let at = 0; at < file.length; at += pieceBytes) finder.add(file.subarray(at, at + pieceBytes));
  const found = finder.result();
  return found && [...found].sort();
}

describe('TrackFinder', () => {
  it('finds the tracks wherever the list of them is, and however the file comes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70_000 }), (pieceBytes) => {
        expect(tracksOf(FILM, pieceBytes)).toEqual(['soun', 'vide']);
        expect(tracksOf(SOUND, pieceBytes)).toEqual(['soun']);
      }),
      { numRuns: 60 },
    );
  });

  it('reads sizes of 64 bits', () => {
    const long = Buffer.alloc(16);
    long.writeUInt32BE(1);
    long.write('mdat', 4, 'latin1');
    long.writeBigUInt64BE(BigInt(16 + 100), 8);
    const file = Buffer.concat([FTYP, long, Buffer.alloc(100), box('moov', track('soun'))]);
    expect(tracksOf(file)).toEqual(['soun']);
    expect(tracksOf(file, 3)).toEqual(['soun']);
  });

  it.each([
    ['a text', Buffer.from('Get free coupons until Friday, and hdlr 1234 5678 vide!')],
    ['zeros', Buffer.alloc(1_000)],
    ['a box that is too small', box('free').fill(1, 3, 4)],
    ['a list that is cut off', Buffer.concat([FTYP, box('moov', track('soun')).subarray(0, 30)])],
    ['nothing', Buffer.alloc(0)],
  ])('finds none in %s', (_what, file) => expect(tracksOf(file)).toBeUndefined());
});
