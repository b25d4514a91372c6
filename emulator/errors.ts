/** A call of the person's side (in-process or /control) that cannot work. `status` is its HTTP status, 4xx. */
export class PersonError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'PersonError';
  }
}
