/**
 * The step that takes away what every send paid for and nothing needs. Sends that broke off are few: who looks for old ones, for
 * those of a bot, or for one by its content, reads them page by page.
 */
export const LEAN_SENDS_MIGRATION = `
  DROP INDEX IF EXISTS unfinished_by_age;
  DROP INDEX IF EXISTS unfinished_by_content;
  DROP INDEX IF EXISTS unfinished_by_bot;
`;
