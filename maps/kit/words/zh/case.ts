// Words of the part 'case', in Chinese.
export const casePanel = {}
