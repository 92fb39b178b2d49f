"""A linear program kept in an instance of HiGHS: the next one starts from the basis of the last."""

from dataclasses import dataclass

import highspy

from sourcing.solver.highs import HighsRun, Options, Watch, allow, hand_over, run
from sourcing.solver.program_update import update
from sourcing.solver.stamp import Program

DUAL, PRIMAL = 1, 4  # HiGHS' numbers of the simplex methods


@dataclass
class WarmProgram:
    """A program without integers in an instance of HiGHS. limit: seconds of all its runs together, None: no limit."""

    highs: highspy.Highs
    program: Program
    limit: float | None

    @classmethod
    def of(cls, program: Program, options: Options) -> "WarmProgram":
        """The program handed over, not yet solved. Raises SolveError where HiGHS refuses it."""
        return cls(hand_over(program, options), program, options.time_limit)

    def run(self, program: Program, watch: Watch | None, method: int = DUAL) -> HighsRun:
        """Solve a program, from the last basis where its sparsity is that of the last program.

        method: PRIMAL where that basis stays feasible, as under another cost.
        """
        update(self.highs, self.program, program)
        self.program = program
        self.highs.setOptionValue("simplex_strategy", method)
        allow(self.highs, self.limit)
        return run(self.highs, False, watch)
