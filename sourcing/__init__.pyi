"""What `import sourcing` offers, for type checkers: the names are loaded when they are first asked for."""

from sourcing.analyses.comparison.compare import compare as compare
from sourcing.analyses.comparison.replan import replan as replan
from sourcing.analyses.quote import quote as quote
from sourcing.analyses.robustness.history import history as history
from sourcing.analyses.robustness.stress import stress as stress
from sourcing.analyses.robustness.survival import survival as survival
from sourcing.analyses.sensitivity.breakeven import breakeven as breakeven
from sourcing.analyses.sensitivity.indices import indices as indices
from sourcing.analyses.sensitivity.sweep import sweep as sweep
from sourcing.analyses.sensitivity.tornado import tornado as tornado
from sourcing.analyses.tradeoffs.alternatives import alternatives as alternatives
from sourcing.analyses.tradeoffs.frontier import frontier as frontier
from sourcing.analyses.tradeoffs.value import value as value
from sourcing.briefing.publish import report as report
from sourcing.errors import DataError as DataError
from sourcing.errors import ScenarioError as ScenarioError
from sourcing.errors import SolveError as SolveError
from sourcing.errors import SourcingError as SourcingError
from sourcing.outcome.plan import Plan as Plan
from sourcing.outcome.plan import load_plan as load_plan
from sourcing.pipeline.plan_scenario import solve as solve
from sourcing.pipeline.source import load as load
from sourcing.scenario.language.scenario import Scenario as Scenario

__all__: list[str]
__version__: str
