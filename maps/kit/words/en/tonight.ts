// Words of the part 'tonight', in English.
import type { tonight as chinese } from '../zh/tonight'

export const tonight: typeof chinese = {}
