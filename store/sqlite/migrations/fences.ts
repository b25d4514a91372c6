/** The step that numbers leases, so that what is written under one that has ended is told from what is written under the next. */
export const FENCES_MIGRATION = `
  ALTER TABLE leases ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
  -- Where the numbers come from. It has the last one only.
  CREATE TABLE fences (number INTEGER PRIMARY KEY AUTOINCREMENT);
`;
