/** One person's chat with the bot. */
export interface Chat {
  bot_id: string;
  user_id: string;
}

/** Whose message it is: their number stands in every text and in the name of every file. */
export function personOf(label: string, people: number): number {
  return Number(/\d+/.exec(label)?.[0]) % people;
}
