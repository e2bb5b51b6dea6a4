// Words of the part 'intake', in Chinese.
export const intake = {}
