import { PersonError } from './errors';
import { isWithin, type Scope } from './setting-scopes';
import { ENDPOINTS, type Endpoint } from './types';

/** A planned failure. Which of its fields work together: docs/emulator.md, "Faults". */
export interface Fault {
  endpoint: Endpoint | '*';
  /** Only requests of this bot: with its token, or to where it was told to upload. */
  bot_id?: string;
  /** Only requests about this person. Without one in the body it is the owner of the bot. */
  user_id?: string;
  /** How many requests it hits; 1 unless told. */
  times?: number;
  /** How many matching requests it lets pass first. */
  skip?: number;
  /** HTTP status of the answer. */
  status?: number;
  /** Wait before anything else, in ms of the emulator's clock. */
  delayMs?: number;
  /** Cut the connection before or after the request was processed, or when half of its body is there. */
  drop?: 'before' | 'middle' | 'after';
  /**
   * The body: the real one cut in half, an HTML page, nothing, or this text. With `broken` the connection is cut in the middle
   * of the real one, with `stalled` its second half never comes.
   */
  body?: 'truncated' | 'broken' | 'stalled' | 'html' | 'empty' | (string & {});
  /** Accept the request and never answer. */
  silence?: true;
  /** Codes, also as text. */
  ret?: number | string;
  errcode?: number | string;
  /** May hold `{token}`, `{context_token}`, `{text}`, `{user_id}`, `{qrcode}`, `{file}`, also as `{token:upper}` and so on (placeholders.ts). */
  errmsg?: string;
  /** Headers besides those of the answer, or in their place. Names and values may hold the same. */
  headers?: Record<string, string>;
  /** Whether the request is processed although its answer is replaced. Default: only for `drop: 'after'`, `truncated`, `broken` and `stalled`. */
  process?: boolean;
}

/** Of these, the first half is the real one. */
const HALF_BODIES: readonly unknown[] = ['truncated', 'broken', 'stalled'];

const KNOWN_BODIES: ReadonlySet<unknown> = new Set([...HALF_BODIES, 'html', 'empty']);

type Rule = (value: unknown) => boolean;
const isCount: Rule = (value) => Number.isInteger(value) && (value as number) >= 0;
const isInteger: Rule = (value) => Number.isInteger(value);
const isCode: Rule = (value) => isInteger(value) || /^-?\d+$/.test(String(value));
const isHeaders: Rule = (value) =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
const isText: Rule = (value) => typeof value === 'string';

const RULES: Record<keyof Fault, Rule> = {
  endpoint: (value) => value === '*' || ENDPOINTS.includes(value as Endpoint),
  bot_id: isText,
  user_id: isText,
  times: (value) => isCount(value) && value !== 0,
  skip: isCount,
  status: (value) => isInteger(value) && (value as number) >= 200 && (value as number) <= 599,
  delayMs: isCount,
  drop: (value) => ['before', 'middle', 'after'].includes(value as string),
  body: isText,
  silence: (value) => value === true,
  ret: isCode,
  errcode: isCode,
  errmsg: isText,
  headers: isHeaders,
  process: (value) => typeof value === 'boolean',
};

/** The plan of failures. Requests meet them in the order in which they were added. */
export class Faults {
  private plan: Fault[] = [];

  /** @throws PersonError when a field is unknown or unusable */
  add(fault: Fault): void {
    checkFault(fault);
    this.plan.push({ ...fault });
  }

  clear(): void {
    this.plan = [];
  }

  /** What is still to come, with the counts that are left. */
  pending(): Fault[] {
    return this.plan.map((fault) => ({ ...fault }));
  }

  /** Whether a fault of this endpoint is for one person, so that a request's body has to be read before it is taken. */
  asksWho(endpoint: Endpoint): boolean {
    return this.plan.some((fault) => fault.user_id !== undefined && isFor(fault, endpoint));
  }

  /** The fault that this request meets, used up by one. */
  take(endpoint: Endpoint, who: Scope = {}): Fault | undefined {
    if (this.plan.length === 0) return undefined;
    for (const fault of this.plan) {
      if (!isFor(fault, endpoint) || !isWithin(fault, who)) continue;
      if (fault.skip) {
        fault.skip -= 1;
        continue;
      }
      fault.times = (fault.times ?? 1) - 1;
      if (fault.times === 0) this.plan = this.plan.filter((other) => other !== fault);
      return fault;
    }
    return undefined;
  }
}

function isFor(fault: Fault, endpoint: Endpoint): boolean {
  return fault.endpoint === '*' || fault.endpoint === endpoint;
}

/** Whether the request under this fault is processed as if nothing were wrong. */
export function isProcessed(fault: Fault): boolean {
  if (fault.drop === 'before' || fault.drop === 'middle' || fault.silence) return false;
  if (fault.process !== undefined) return fault.process;
  return fault.drop === 'after' || HALF_BODIES.includes(fault.body) || !replacesAnswer(fault);
}

/** Whether the answer is another one than the endpoint gave. */
export function replacesAnswer(fault: Fault): boolean {
  const { status, body, ret, errcode, errmsg } = fault;
  return [status, body, ret, errcode, errmsg].some((field) => field !== undefined);
}

/** A short name for the request log, for example `fault: status 503`. */
export function faultName(fault: Fault): string {
  const parts = Object.entries(fault)
    .filter(
      ([key]) =>
        !['endpoint', 'bot_id', 'user_id', 'times', 'skip', 'errmsg', 'headers', 'process'].includes(key),
    )
    // A body of the planner's own may be anything, also a message: it is not named.
    .map(([key, value]) => (key === 'body' && !KNOWN_BODIES.has(value) ? 'body text' : `${key} ${value}`));
  return `fault: ${parts.join(', ')}`;
}

function checkFault(fault: Fault): void {
  if (fault.endpoint === undefined) throw new PersonError(400, 'A fault needs an endpoint');
  for (const [key, value] of Object.entries(fault)) {
    if (value === undefined) continue;
    const rule: Rule | undefined = Object.hasOwn(RULES, key) ? RULES[key as keyof Fault] : undefined;
    if (!rule) throw new PersonError(400, `A fault has no field ${key}`);
    if (key === 'user_id' && fault.drop === 'middle') {
      throw new PersonError(
        400,
        'A fault for one person reads the whole body, so it cannot have drop = "middle"',
      );
    }
    if (!rule(value)) throw new PersonError(400, `A fault cannot have ${key} = ${JSON.stringify(value)}`);
  }
}
