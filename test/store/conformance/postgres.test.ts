import { PostgresSchema } from './postgres-schema';
import { promises } from './promises';
import { togetherPromises } from './together';
import { byTurns } from './store-under-test';

const schema = new PostgresSchema();
beforeAll(() => schema.start());
afterEach(() => schema.empty());
afterAll(() => schema.stop());

const traits = {
  elapse: (ms: number) => schema.elapse(ms),
  toleranceMs: 5_000,
  tellsTheDead: false,
  overwrites: false,
};

describe('PostgreSQL', () => promises({ ...traits, open: () => schema.open() }));

describe('PostgreSQL, with two processes', () =>
  promises({ ...traits, open: async () => byTurns(await schema.open(), await schema.open()) }));

describe('PostgreSQL, with', () => togetherPromises({ ...traits, open: () => schema.open() }));
