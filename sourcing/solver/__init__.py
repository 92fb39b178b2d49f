"""From the formulation to a solution: stamped, solved by HiGHS, and made the one plan that is meant."""

import sourcing.light_pyomo  # noqa: F401  before Pyomo is
