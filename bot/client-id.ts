import { randomUUID } from 'node:crypto';

const OWN = /^n8n-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The `client_id` of a new message. */
export const newClientId = (): string => `n8n-${randomUUID()}`;

/** Whether this package gave out a `client_id`: some servers send a bot its own messages back. Phones write theirs otherwise. */
export function isOwnClientId(clientId: string | undefined): boolean {
  return clientId !== undefined && OWN.test(clientId);
}
