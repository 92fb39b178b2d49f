"""The data package: tables of facts, metal in an oxide, prices as money per mass."""
