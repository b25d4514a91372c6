/** What was once seen and stays true. */
export interface Facts {
  learn(fact: string): Promise<void>;
  knows(fact: string): Promise<boolean>;
}
