/** The step that adds which process is handing a message over, so that two of them do not both do it. */
export const CLAIMS_MIGRATION = `
  -- Empty while nobody hands it over. It counts as long as that process lives.
  ALTER TABLE deliveries ADD COLUMN claimed_by TEXT NOT NULL DEFAULT '';
`;
