import { planTakeOver } from '../../../store/take-over';

const NOTHING = { whole: [], shared: [] };
const found = { before: 'mine', cameInEarlier: false, speaks: true, left: NOTHING };

describe('planTakeOver', () => {
  it('leaves everything where it is when nothing was left behind', () => {
    const plan = { scope: 'mine', wholes: [], shared: [], opened: false, settled: [] };
    expect(planTakeOver(found)).toEqual(plan);
  });

  it('goes on with what the login before opened, and brings along what the new one has', () => {
    const plan = planTakeOver({ ...found, left: { ...NOTHING, own: 'theirs' } });
    expect(plan).toMatchObject({ scope: 'theirs', wholes: ['mine'], opened: true });
  });

  it('brings in whole scopes of a store of before, and the part of the person of those that others share', () => {
    const left = { own: 'theirs', whole: ['old'], shared: ['common'] };
    const plan = planTakeOver({ ...found, left });
    expect(plan).toEqual({
      scope: 'theirs',
      wholes: ['old', 'mine'],
      shared: ['common'],
      opened: true,
      settled: ['old'],
    });
  });

  it('stays in a scope of a store of before, and takes nothing there on the word of a server that cannot speak for it', () => {
    const left = { own: 'theirs', whole: ['mine', 'old'], shared: ['common'] };
    const came = { ...found, cameInEarlier: true, left };
    expect(planTakeOver(came)).toMatchObject({ scope: 'mine', wholes: ['theirs', 'old'], opened: true });
    expect(planTakeOver({ ...came, speaks: false })).toEqual({
      scope: 'mine',
      wholes: [],
      shared: [],
      opened: false,
      settled: [],
    });
  });
});
