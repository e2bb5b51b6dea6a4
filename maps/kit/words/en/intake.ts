// Words of the part 'intake', in English.
import type { intake as chinese } from '../zh/intake'

export const intake: typeof chinese = {}
