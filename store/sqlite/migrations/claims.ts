/**
 * The step that adds which process is handing a message over, so that two of them do not both do it, and what each process is, so
 * that a worker can tell whether the main process of its host has this store, too.
 */
export const CLAIMS_MIGRATION = `
  -- Empty while nobody hands it over. It counts as long as that process lives.
  ALTER TABLE deliveries ADD COLUMN claimed_by TEXT NOT NULL DEFAULT '';
  -- See ProcessRole; empty of a process with an earlier version.
  ALTER TABLE owners ADD COLUMN role TEXT NOT NULL DEFAULT '';
`;
