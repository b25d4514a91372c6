import type { ReceiverState } from '../../../../../bot/receive/receiver';
import { headline, wordsOf } from '../../../../../nodes/WeChat/texts';
import { StoreTrouble } from '../../../../../bot/store-trouble';
import { ILinkApiError } from '../../../../../ilink/errors';
import { needsLogin, needsPerson, statusItem } from '../../../../../nodes/WeChat/trigger/status';

const STATES: ReceiverState[] = [
  'connecting',
  'connected',
  'standby',
  'retrying',
  'login_needed',
  'taken_over',
  'cannot_keep',
];
const SINCE = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('The item of a change of the connection', () => {
  test('is told from a message by its type, and says since when', () => {
    expect(statusItem({ state: 'connected', since: SINCE })).toEqual({
      type: 'status',
      state: 'connected',
      since: '2026-01-02T03:04:05.000Z',
      needsPerson: false,
      message: 'Connected to WeChat',
    });
  });

  test('says why it is bad and what to do, for example when a new login is needed', () => {
    const error = new ILinkApiError('getupdates', { errcode: -14 }, []);
    expect(statusItem({ state: 'taken_over', since: SINCE, error })).toMatchObject({
      needsPerson: true,
      message: expect.stringContaining('Log in again'),
      reason: wordsOf(error).message,
      next: wordsOf(error).next,
    });
  });

  test('carries what somebody needs to log in again', () => {
    const login = { credentialId: 'c', url: 'https://n8n/page#ticket' };
    expect(statusItem({ state: 'login_needed', since: SINCE }, login)).toMatchObject({ login });
    expect(statusItem({ state: 'login_needed', since: SINCE })).not.toHaveProperty('login');
    expect(STATES.filter(needsLogin)).toEqual(['login_needed', 'taken_over']);
  });

  test('says it also when messages cannot be kept', () => {
    const error = new StoreTrouble({ code: 'ENOSPC' });
    expect(statusItem({ state: 'cannot_keep', since: SINCE, error })).toMatchObject({
      needsPerson: true,
      reason: 'The disk is full, so WeChat messages cannot be kept',
      next: expect.stringContaining('Make room'),
    });
  });

  test('has a sentence of its own for every state', () => {
    const sentences = STATES.map((state) => headline(state));
    expect(new Set(sentences).size).toBe(STATES.length);
    expect(sentences.every((sentence) => sentence.length > 10)).toBe(true);
  });

  test('asks for a person only where nothing happens without one', () => {
    expect(STATES.filter(needsPerson)).toEqual(['login_needed', 'taken_over', 'cannot_keep']);
  });
});
