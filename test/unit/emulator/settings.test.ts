import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { applySettings, DEFAULT_SETTINGS, type Settings } from '../../../emulator/settings';

const fresh = (): Settings => ({ ...DEFAULT_SETTINGS });

describe('applySettings', () => {
  it('changes what is named and leaves the rest', () => {
    const settings = fresh();
    applySettings(settings, { quota: 3, replyStyle: 'empty', loginRedirect: true });
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, quota: 3, replyStyle: 'empty', loginRedirect: true });
  });

  it.each([
    [{ quoat: 3 }, 'There is no setting quoat'],
    [{ toString: 'x' }, 'There is no setting toString'],
    [{ quota: '3' }, 'quota must be a number'],
    [{ quota: -1 }, 'quota must not be negative'],
    [{ holdMs: NaN }, 'holdMs must not be negative'],
    [{ replyStyle: 'loud' }, 'replyStyle must be one of ["empty","message_id","unconfirmed"]'],
    [{ loginRedirect: 'yes' }, 'loginRedirect must be a boolean'],
  ])('refuses %j', (patch, message) => {
    expect(() => applySettings(fresh(), patch)).toThrow(message);
  });

  it('changes nothing when one value is unusable', () => {
    const settings = fresh();
    expect(() => applySettings(settings, { quota: 3, holdMs: 'long' })).toThrow();
    expect(settings).toEqual(DEFAULT_SETTINGS);
  });

  it('keeps the value of a setting that is given as undefined', () => {
    const settings = fresh();
    applySettings(settings, { quota: undefined });
    expect(settings.quota).toBe(10);
  });
});

describe('the documentation', () => {
  it('names every setting', () => {
    const docs = readFileSync(path.resolve(__dirname, '../../../docs/emulator.md'), 'utf8');
    expect(Object.keys(DEFAULT_SETTINGS).filter((name) => !docs.includes(`\`${name}\` [`))).toEqual([]);
  });
});
