// Words of the part 'tonight', in Chinese.
export const tonight = {}
