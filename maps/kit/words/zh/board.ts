// Words of the part 'board', in Chinese.
export const board = {}
