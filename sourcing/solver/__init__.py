"""From the formulation to a solution: stamped, solved by HiGHS, and made the one plan that is meant."""
