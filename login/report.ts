/** What happened where nobody waits for an answer, so that it goes into a log. Whoever keeps the log makes the sentence. */
export type LoginReport =
  | { code: 'logins_not_read' | 'login_broke_off' | 'proof_not_noted' }
  | { code: 'too_many_logins'; facts: { most: number } };
