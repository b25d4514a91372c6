/** Where the token has gone. */
export type Saved =
  | { to: 'file'; path: string }
  | { to: 'n8n'; id: string; name: string; created: boolean; test?: { ok: boolean; message: string } };
