import { splitList } from '../../../../../nodes/WeChat/shared/list';

describe('splitList', () => {
  it.each([
    ['a, b;c\nd', ['a', 'b', 'c', 'd']],
    ['a，b；c、d', ['a', 'b', 'c', 'd']],
    [' , ', []],
    ['', []],
  ])('of %j is %j', (text, entries) => expect(splitList(text)).toEqual(entries));
});
