// Words of the part 'map', in Chinese.
export const map = {}
