// Words of the part 'case', in English.
import type { casePanel as chinese } from '../zh/case'

export const casePanel: typeof chinese = {}
