export {
  deadlinesOf,
  escalationNote,
  updateNote,
  type Deadline,
} from '../../../../main/core/run/timing.ts'
