/**
 * Why n8n's API did not do what it was asked.
 * - `api_unreachable`: no answer came
 * - `api_unauthorized`: it does not take the key
 * - `api_forbidden`: the key may not do this
 * - `api_refused`: it answered with another failure
 * - `not_the_api`: what answers is none of n8n's API
 */
export type ApiFailure =
  'api_unreachable' | 'api_unauthorized' | 'api_forbidden' | 'api_refused' | 'not_the_api';

export interface ApiFacts {
  /** HTTP status; absent when no answer came. */
  status?: number;
  /** What n8n said of it, without secrets. */
  said?: string;
  /** Why no answer came: a code such as ECONNREFUSED. */
  reason?: string;
}

/** No success of a call to n8n's API. It carries neither the key nor what was sent. */
export class ApiError extends Error {
  constructor(
    readonly code: ApiFailure,
    readonly facts: ApiFacts = {},
  ) {
    super(code);
    this.name = 'ApiError';
  }

  /** Whether n8n is away or in trouble: it may be better in a moment. */
  get mayPass(): boolean {
    return this.code === 'api_unreachable' || (this.facts.status ?? 0) >= 500;
  }
}

/**
 * What a call brings; nothing when n8n answers with one of these statuses.
 *
 * @throws ApiError for every other failure
 */
export async function unless<Result>(
  statuses: readonly number[],
  call: Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiError && statuses.includes(error.facts.status ?? 0)) return undefined;
    throw error;
  }
}
