import { tableOf } from './report';

it('lines the columns of a table up', () => {
  const table = tableOf([
    ['killed at', 'kills'],
    ['x', 12],
    ['all of it', 1_000],
  ]);
  expect(table).toBe('killed at  kills\nx             12\nall of it   1000');
});
