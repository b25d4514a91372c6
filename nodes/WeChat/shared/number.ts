/** What a number has to be. */
export interface NumberRule {
  least?: number;
  most?: number;
  /** More than this, where the bound itself is too little. */
  above?: number;
  isWhole?: boolean;
  /** What one of it is in the unit that is wanted: 3,600,000 for hours that are wanted in milliseconds. */
  unit?: number;
}

/** Why a value is not the number that a rule asks for. */
export interface NumberFault {
  code: 'not_a_number' | 'not_whole' | 'out_of_range';
  facts: Pick<NumberRule, 'least' | 'most' | 'above' | 'isWhole'> & {
    /** In the unit that is wanted; only for a number that is out of range, and whose bound may be taken. */
    nearest?: number;
  };
}

/**
 * Reads a number from a parameter, an option or an environment variable: a number, or a text that is one. What JavaScript would make a
 * number of as well (true, a list of one number, a date, an empty text) is none.
 *
 * @returns the number in the unit that is wanted, or what is wrong with it
 */
export function readNumber(value: unknown, rule: NumberRule = {}): number | NumberFault {
  const { unit = 1, ...facts } = rule;
  const { least = -Infinity, most = Infinity, above = -Infinity, isWhole = false } = facts;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return { code: 'not_a_number', facts };
  if (isWhole && !Number.isInteger(number)) return { code: 'not_whole', facts };
  if (number >= least && number <= most && number > above) return number * unit;
  const nearest = Math.min(most, Math.max(least, number));
  return { code: 'out_of_range', facts: nearest > above ? { ...facts, nearest: nearest * unit } : facts };
}

/** What was read, or `otherwise` (in the unit of the value) in the place of what is not there or is no such number. */
export function numberOr(value: unknown, otherwise: number, rule: NumberRule = {}): number {
  const read = readNumber(value, rule);
  return typeof read === 'number' ? read : otherwise * (rule.unit ?? 1);
}

/** As {@link numberOr}, but a number that is out of range counts as the nearest that is in it. */
export function nearestNumber(value: unknown, otherwise: number, rule: NumberRule = {}): number {
  const read = readNumber(value, rule);
  if (typeof read === 'number') return read;
  return read.facts.nearest ?? otherwise * (rule.unit ?? 1);
}
