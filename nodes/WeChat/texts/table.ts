/** What happened, and what to do. */
export interface Words {
  message: string;
  next: string;
}

/** Something that a room below tells: what it is, and what was seen. */
interface Told {
  code: string;
  facts?: unknown;
}

/** One code each, with the facts that come with it. */
type Each<Of extends Told> = Of extends { code: infer Code }
  ? Code extends string
    ? { code: Code; facts: Of extends { facts: infer Facts } ? Facts : undefined }
    : never
  : never;

/** A text for every code, or a function that makes it from the facts. Another language is another table. */
export type Table<Of extends Told, Text> = {
  [One in Each<Of> as One['code']]: Text | ((facts: One['facts']) => Text);
};

/** What the table says of it. */
export function textOf<Of extends Told, Text>(table: Table<Of, Text>, { code, facts }: Of): Text {
  const text = (table as Record<string, Text | ((facts: unknown) => Text)>)[code]!;
  return typeof text === 'function' ? (text as (facts: unknown) => Text)(facts) : text;
}
