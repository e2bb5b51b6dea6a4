// Words of the part 'desk', in Chinese.
export const desk = {}
